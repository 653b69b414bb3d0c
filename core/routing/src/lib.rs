//! Which work waits where, who may take it, and whom it is offered to.
