# What a contributor needs, for https://just.systems. Each line works without `just` too.

# List these commands.
default:
    @just --list

# Run all tests, or those of one suite: `just test policy_slips`.
test suite='':
    cargo test --locked {{ if suite == '' { '' } else { '--test ' + suite } }}

# Run the fixtures whose title holds some words: `just case dead-end`.
case words:
    cargo test --locked -p compiler-tests --test fixtures -- {{ quote(words) }}

# Write anew what the tests compare with, then look at the difference.
update:
    UPDATE=1 cargo test --locked --test fixtures --test pages --test bundled_policies --test vocabulary --test language_page --test public_api
    UPDATE=1 cargo test --locked --test cli settings_page
    UPDATE=1 cargo test --locked --test format cases
    UPDATE=1 cargo test --locked --test shown pictures
    UPDATE=1 cargo test --locked --test picture readme
    UPDATE=1 cargo test --locked --test docs recipes
    git diff --stat

# Check format, lints and documentation.
lint:
    cargo fmt --all --check
    cargo clippy --locked --workspace --all-targets -- -D warnings
    RUSTDOCFLAGS='-D warnings' cargo doc --locked --no-deps

# Run all that has to pass before a change lands.
ci:
    .ci/run
