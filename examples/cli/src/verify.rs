//! `verify`: checks a token with a key and the rules from the options.

use anyhow::Result;
use barejwt::{Claim, Error, Validation, VerifiedClaims, decode_unverified, scratch_len};

use crate::cli::{CLAIMS, Profile, VerifyArgs, WantedType, conflict};
use crate::commands::print;
use crate::display::Said;
use crate::exit::Refused;
use crate::key_source::Keys;
use crate::time;
use crate::token_input::{self, MAX_INPUT_BYTES};

const OF_THE_SITE: [Claim; 2] = [Claim::TokenType, Claim::StateHash];

pub(crate) fn verify(args: &VerifyArgs) -> Result<()> {
    check_options(args)?;
    args.key.check_input(&args.token.token)?;
    let token = token_input::token(&args.token.token, MAX_INPUT_BYTES)?;
    let keys = Keys::load(&args.key)?;
    let now = args.now.seconds(time::now());
    let rules = rules(args).max_token_len(token.len());
    let mut scratch = vec![0; scratch_len(token.len())];
    let verified = barejwt::verify(&token, keys.verifying()?, &rules, now, &mut scratch);
    let claims = verified.map_err(|error| {
        let hint = hint(error, &keys, &token, args);
        Refused::ByCore { error, now, hint }
    })?;
    check_members(args, &claims)?;
    let said = Said {
        verified: true,
        header: claims.header_json(),
        claims: claims.json(),
        problem: None,
        now,
    };
    print(&said.text())
}

/// Options that contradict each other.
fn check_options(args: &VerifyArgs) -> Result<(), clap::Error> {
    if args.profile == Profile::Jwt && args.token_type.is_some() {
        return Err(conflict(
            "--type is for the site's tokens, not for --profile jwt",
        ));
    }
    let is_named = |claim: &&Claim| match claim {
        Claim::Sub => args.sub.is_some(),
        Claim::Iss => args.iss.is_some(),
        Claim::Aud => args.aud.is_some(),
        Claim::Iat => args.max_age.is_some(),
        _ => false,
    };
    let is_required = |claim: &&Claim| args.require.iter().any(|name| name == claim.name());
    let contradicts = |claim: &&Claim| is_named(claim) || is_required(claim);
    match args.ignore.iter().find(contradicts) {
        Some(claim) => Err(conflict(&format!(
            "--ignore {} contradicts another option, which looks at it",
            claim.name()
        ))),
        None => Ok(()),
    }
}

fn rules(args: &VerifyArgs) -> Validation<'_> {
    let mut rules = match (args.profile, args.token_type) {
        (Profile::Jwt, _) => Validation::jwt(),
        (Profile::Site, Some(WantedType::Refresh)) => Validation::refresh(),
        (Profile::Site, Some(WantedType::Any)) => Validation::any_type(),
        (Profile::Site, Some(WantedType::Access) | None) => Validation::access(),
    }
    .leeway(args.leeway);
    if let Some(sub) = &args.sub {
        rules = rules.subject(sub);
    }
    if let Some(iss) = &args.iss {
        rules = rules.issuer(iss);
    }
    if let Some(aud) = &args.aud {
        rules = rules.audience(aud);
    }
    if let Some(typ) = &args.typ {
        rules = rules.typ(typ);
    }
    if let Some(seconds) = args.max_age {
        rules = rules.max_age(seconds);
    }
    let required = args
        .require
        .iter()
        .filter_map(|name| known(name, args.profile));
    rules = required.fold(rules, Validation::require);
    rules = args.ignore.iter().copied().fold(rules, Validation::ignore);
    args.optional
        .iter()
        .copied()
        .fold(rules, Validation::allow_missing)
}

/// The claim with this name, if the core can require it. In a token of any other system the core does not look
/// at the site's own claims. The core requires an `aud` only together with a value, so that here the presence
/// of `aud` is checked.
fn known(name: &str, profile: Profile) -> Option<Claim> {
    let claim = CLAIMS.into_iter().find(|claim| claim.name() == name)?;
    let is_plain = profile == Profile::Jwt && OF_THE_SITE.contains(&claim);
    Some(claim).filter(|claim| *claim != Claim::Aud && !is_plain)
}

/// The required members for which the core has no rule.
fn check_members(args: &VerifyArgs, claims: &VerifiedClaims<'_>) -> Result<(), Refused> {
    let lacks = |name: &&String| claims.get(name).is_none();
    let lacking: Vec<_> = args.require.iter().filter(lacks).cloned().collect();
    if lacking.is_empty() {
        Ok(())
    } else {
        Err(Refused::Lacks(lacking))
    }
}

/// A hint for a user whose token was refused.
fn hint(error: Error, keys: &Keys, token: &[u8], args: &VerifyArgs) -> Option<&'static str> {
    match error {
        Error::SignatureInvalid => keys.hint(),
        Error::AudienceUnexpected => Some("name yours with --aud, or leave it with --ignore aud"),
        Error::ClaimsMissing { claims } if args.profile == Profile::Jwt => claims
            .contains(Claim::Exp)
            .then_some("--optional exp takes a token that never expires"),
        Error::ClaimsMissing { .. } | Error::ClaimType { .. } | Error::TokenTypeUnknown
            if args.profile == Profile::Site && is_of_another_system(token) =>
        {
            Some("it has none of the site's claims: for any other system's token say --profile jwt")
        }
        _ => None,
    }
}

/// Whether the token is of another system. Its claims may be read, because its signature is good.
fn is_of_another_system(token: &[u8]) -> bool {
    let mut scratch = vec![0; scratch_len(token.len())];
    decode_unverified(token, &mut scratch).is_ok_and(|said| {
        OF_THE_SITE
            .iter()
            .all(|claim| said.get(claim.name()).is_none())
    })
}
