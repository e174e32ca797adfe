//! A migration that is added changes no file that the compiler has read; so it is told to look at the folder.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
}
