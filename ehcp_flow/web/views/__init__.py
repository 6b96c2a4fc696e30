"""What the pages of casework show, as plain values made from what services give: nothing here asks for anything."""
