//! Does what the other programs of this folder do, except the work on tokens: `size SECRET TOKEN`.

fn main() {
    let mut args = std::env::args().skip(1);
    let (Some(secret), Some(token)) = (args.next(), args.next()) else {
        std::process::exit(2);
    };
    println!("{} {} {}", secret.len(), token.len(), tokens::clock());
}
