//! Pages: what each role finds, hostile text shown inert, what is refused shown beside its field.

mod bad_input;
mod door;
mod drawn_for;
mod guide;
mod hostile;
mod render;
