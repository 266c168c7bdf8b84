/// Reaches iPhones through Apple's push service.
///
/// [ApnsSender] is the front. A push becomes a request (`ApnsRequest`) with a payload that fits
/// Apple's limits and headers that fit its type; the answer is looked up in a table (`ApnsAnswers`)
/// that says what to do about it.
///
/// ```
///   send(group) -> ApnsApp's credentials -> ApnsAccount (team, key): ProviderToken
///                    |                        |-- ClientPool production   the address's environment
///                    v                        `-- ClientPool sandbox      decides which one
///                ApnsPayload, headers  ->  request  ->  answer  ->  ApnsAnswers  ->  outcome
/// ```
///
/// What the platform may not be asked twice is not asked twice: a provider token is signed at most
/// every twenty minutes, an oversized push is shrunk once, a call is repeated once on another
/// connection when Apple itself failed. Everything else that may work later goes back to the caller
/// as "try again", because what waits is kept in the store.
@NullMarked
package dev.reveille.push.apns;

import org.jspecify.annotations.NullMarked;
