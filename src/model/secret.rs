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

/// Words in the names of fields that hold secrets, without what names are joined by. Services name headers, settings and
/// columns so.
const NAMES: [&str; 18] = [
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "apikey",
    "subscriptionkey",
    "functionskey",
    "accesskey",
    "accountkey",
    "sharedkey",
    "privatekey",
    "token",
    "credential",
    "cookie",
    "secureconfig",
    "connectiondefinition",
    "connectionstring",
];

/// Whether a value may be a secret, by the name under which it stands or by its form.
///
/// Wider than [`secret_in`]: it is for what reports show, and to hide too much of a report costs little. A switch is no
/// secret, whatever it is called.
///
/// ```
/// use solvet::model::may_be_secret;
///
/// assert!(may_be_secret("headers/x-api-key", "Kiwi"));
/// assert!(may_be_secret("uri", "https://example.com/run?code=Kiwi"));
/// assert!(!may_be_secret("secretstore", "0"));
/// ```
pub fn may_be_secret(path: &str, value: &str) -> bool {
    let value = value.trim();
    let lower = value.to_ascii_lowercase();
    if value.is_empty() || matches!(&*lower, "0" | "1" | "true" | "false" | "null") {
        return false;
    }
    names_secret(path)
        || secret_in(value).is_some()
        || has_token(value, &lower)
        || has_named(&lower)
}

/// Whether something is called as what holds a secret.
fn names_secret(name: &str) -> bool {
    let joint = |letter: &char| !matches!(letter, '-' | '_' | ' ' | '.');
    let name: String = name.chars().filter(joint).collect();
    // The token of a public key is public.
    let name = name.to_ascii_lowercase().replace("publickeytoken", "");
    // What only begins so speaks of authorization, and is none.
    let mut steps = name.split(['/', '@', '[', ']']);
    NAMES.iter().any(|word| name.contains(word))
        || steps.any(|step| step.ends_with("authorization"))
}

/// How many characters of what may be a token are looked at.
const FARTHEST: usize = 400;

/// Whether it holds a token as headers have it: of a scheme, or signed JSON.
fn has_token(text: &str, lower: &str) -> bool {
    let is_letter = |letter: char| {
        letter.is_ascii_alphanumeric() || matches!(letter, '+' | '/' | '-' | '_' | '=' | '.')
    };
    // As far as is needed to tell a token; texts may be long.
    let length = |rest: &str| {
        let letters = rest.chars().take(FARTHEST);
        letters.take_while(|letter| is_letter(*letter)).count()
    };
    let follows = |scheme: &str, shortest: usize| {
        lower.match_indices(scheme).any(|(at, _)| {
            let is_start = !lower[..at].ends_with(|c: char| c.is_alphanumeric());
            let rest = text.get(at + scheme.len()..).unwrap_or_default();
            // Words behind it are no token.
            let token = &rest[..length(rest)];
            let is_word = token.bytes().all(|byte| byte.is_ascii_lowercase());
            is_start && token.len() >= shortest && !is_word
        })
    };
    follows("bearer ", 6)
        || follows("basic ", 12)
        || text.match_indices("eyJ").any(|(at, _)| {
            let token = &text[at..at + length(&text[at..])];
            token.len() > 20 && token.contains('.')
        })
}

/// Whether a field of a secret stands in a text: a parameter of an address, a part of a connection string, JSON within it.
fn has_named(lower: &str) -> bool {
    const PARAMETERS: [&str; 4] = ["?sig=", "&sig=", "?code=", "&code="];
    let has_value = |rest: &str| {
        let rest = rest.trim_start_matches(['\\', '"', '\'', ' ']);
        rest.starts_with(|letter: char| !matches!(letter, '&' | ';' | ',' | '}'))
    };
    let follows = |name: &&str| {
        let mut places = lower.match_indices(*name);
        places.any(|(at, _)| has_value(&lower[at + name.len()..]))
    };
    PARAMETERS.iter().any(follows) || has_assigned(lower, has_value)
}

/// Whether a name of a secret is given a value: `name=value`, `"name": "value"`.
fn has_assigned(lower: &str, has_value: impl Fn(&str) -> bool) -> bool {
    let is_name =
        |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    let mut places = lower.match_indices(['=', ':']);
    places.any(|(at, sign)| {
        let before = lower[..at].trim_end();
        let name = before.trim_end_matches(['"', '\'', '\\']);
        // In a sentence a colon follows a word and not a quote.
        if sign == ":" && name.len() == before.len() {
            return false;
        }
        let start = name.rfind(|c| !is_name(c));
        let name = start.map_or(name, |start| {
            let after = name[start..].chars().next().map_or(1, char::len_utf8);
            &name[start + after..]
        });
        names_secret(name) && has_value(&lower[at + 1..])
    })
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
    fn what_reports_show_holds_no_secret() {
        for (path, value) in [
            ("inputs/headers/Authorization", "anything"),
            ("inputs/headers/Ocp-Apim-Subscription-Key", "anything"),
            ("x", "Bearer eyJhbGciOi.Kiwi7"),
            ("x", "https://a.example/z?sig=Kiwi&x=1"),
            ("x", "https://a.example/z?x=1&code=Kiwi"),
            ("x", "https://a.example/z?api_key=Kiwi"),
            ("x", r#"{"headers":{"X-Api-Key": "Kiwi"}}"#),
            ("x", r#"{\"client_secret\":\"Kiwi\"}"#),
            ("x", "Server=a;Pwd=Kiwi"),
        ] {
            assert!(may_be_secret(path, value), "{path} {value}");
        }
    }

    #[test]
    fn switches_sentences_and_public_keys_are_no_secrets() {
        for (path, value) in [
            ("secretstore", "0"),
            ("AuthorizationReferences", "[]"),
            ("x", "Basic information"),
            ("x", "The bearer certificates"),
            ("x", "Password: at least eight letters"),
            (
                "x",
                "Contoso, Version=1.0.0.0, PublicKeyToken=31bf3856ad364e35",
            ),
            ("x", "https://a.example/z?code=&x=1"),
            ("description", "é=ü"),
        ] {
            assert!(!may_be_secret(path, value), "{path} {value}");
        }
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
