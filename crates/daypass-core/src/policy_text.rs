//! Policy documents from JSON or YAML text.
