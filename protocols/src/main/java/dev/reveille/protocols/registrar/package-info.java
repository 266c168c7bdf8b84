/// The home of users who sign in over SIP from outside: challenges them (digest, RFC 8760), and
/// answers what is registered for them.
///
/// [dev.reveille.protocols.registrar.DigestRegistrar] is the front class.
@NullMarked
package dev.reveille.protocols.registrar;

import org.jspecify.annotations.NullMarked;
