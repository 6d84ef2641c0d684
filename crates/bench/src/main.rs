//! Placeholder for the load generator. It measures nothing yet and says so.

fn main() {
    eprintln!("matinee-bench is a placeholder: the load generator is not written yet.");
    std::process::exit(1);
}
