"""Modules that the scripts of this chapter import; they are not scripts themselves."""
