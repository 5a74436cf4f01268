//! Texts that hold a secret, told by the forms in which services write them.

/// What kind of secret a text holds, as a noun with its article.
///
/// Only forms that are surely one: a key is long and of the letters of base64, a password stands in a connection string, and
/// a place for a secret (`{key}`, `<password>`, `***`) is none.
///
/// ```
/// use solvet::model::secret_in;
///
/// assert_eq!(secret_in("Server=db;User ID=app;Password=Kiwi-7-Anchor;"), Some("a password"));
/// assert_eq!(secret_in("Server=db;User ID=app;Password={password};"), None);
/// ```
pub fn secret_in(text: &str) -> Option<&'static str> {
    let lower = text.to_ascii_lowercase();
    let has_key = |name: &str| fields(text, &lower, name).any(is_key);
    if has_key("accountkey=") {
        return Some("the key of an account");
    }
    if has_key("sharedaccesskey=") {
        return Some("a shared access key");
    }
    let is_signed = lower.contains("sv=") || lower.contains("se=");
    if is_signed && (has_key("?sig=") || has_key("&sig=")) {
        return Some("the signature of an address");
    }
    let is_connection = ["server=", "data source=", "authtype=", "user id=", "uid="]
        .iter()
        .any(|name| lower.contains(name));
    let names = [
        ";password=",
        "; password=",
        ";pwd=",
        "; pwd=",
        ";clientsecret=",
        "; clientsecret=",
    ];
    let has_password = || {
        let mut names = names.iter();
        names.any(|name| fields(text, &lower, name).any(is_password))
    };
    (is_connection && has_password()).then_some("a password")
}

/// What follows each of the places at which a name stands, as far as the field goes.
fn fields<'a>(text: &'a str, lower: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    lower.match_indices(name).map(move |(at, _)| {
        let rest = text.get(at + name.len()..).unwrap_or_default();
        let is_end =
            |letter: char| matches!(letter, ';' | '&' | '"' | '\'') || letter.is_whitespace();
        rest.split(is_end).next().unwrap_or_default()
    })
}

/// Whether it is a key: 32 bytes or more in base64, in an address with `%2B` and its like.
fn is_key(field: &str) -> bool {
    const SHORTEST: usize = 43;
    let is_letter = |letter: char| {
        letter.is_ascii_alphanumeric() || matches!(letter, '+' | '/' | '-' | '_' | '=' | '%')
    };
    let has = |kind: fn(&u8) -> bool| field.bytes().any(|byte| kind(&byte));
    field.len() >= SHORTEST
        && field.chars().all(is_letter)
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_uppercase)
}

/// Whether it is a password, and no place for one.
fn is_password(field: &str) -> bool {
    const PLACES: [char; 9] = ['{', '<', '[', '$', '#', '%', '*', '@', '('];
    let lower = field.to_ascii_lowercase();
    let is_word = ["your", "password", "secret", "xxx", "..."]
        .iter()
        .any(|word| lower.starts_with(word));
    field.len() >= 6 && !field.starts_with(PLACES) && !is_word
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "b3JhbmdlMTIzYXBwbGU0NTZwZWFyNzg5cGx1bUFCQ0RFRjA=";

    #[test]
    fn keys_and_signatures_are_secrets() {
        let account = format!("DefaultEndpointsProtocol=https;AccountName=a;AccountKey={KEY};");
        assert_eq!(secret_in(&account), Some("the key of an account"));
        let bus = format!("Endpoint=sb://a.example/;SharedAccessKeyName=All;SharedAccessKey={KEY}");
        assert_eq!(secret_in(&bus), Some("a shared access key"));
        let address = format!("https://a.example/run?sp=%2Ft&sv=1.0&sig={KEY}");
        assert_eq!(secret_in(&address), Some("the signature of an address"));
    }

    #[test]
    fn a_place_for_a_secret_is_none() {
        for text in [
            "",
            "AccountKey=",
            "AccountName=a;AccountKey=<your key>;EndpointSuffix=core.windows.net",
            "SharedAccessKey=#{KEY}#",
            "https://a.example/run?sv=1.0&sig={signature}",
            "https://a.example/page?design=blue&sv=1",
            "Server=db;User ID=app;Password=***;",
            "Enter Password=something",
            "Server=db;Password=é",
        ] {
            assert_eq!(secret_in(text), None, "{text}");
        }
    }
}
