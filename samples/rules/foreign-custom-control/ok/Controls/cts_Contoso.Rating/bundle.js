// made up
