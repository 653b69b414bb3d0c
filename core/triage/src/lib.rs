//! What a message is about and how urgent it is, by a linear model that explains itself.
