"""What the scripts of this chapter import; nothing here is run by itself."""
