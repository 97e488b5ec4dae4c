"""What speaks for a link: the place of a picture, the words around it, the pictures beside it."""
