/// JSON as the protocols read and write it: strict, bounded, and with complaints that name the
/// field, so that a sender can mend a request without guessing.
///
/// [Json] opens parsers, [JsonBody] reads a small object, [JsonOut] writes one, [Unreadable] is the
/// one way in which reading fails.
@NullMarked
package dev.reveille.protocols.json;

import org.jspecify.annotations.NullMarked;
