/// JSON as the protocols read and write it: strict, bounded, and with complaints that name the
/// field, so that a sender can mend a request without guessing.
///
/// [JsonParsers] opens parsers, [JsonBody] reads a small object, [JsonOut] writes one, [Refusal] is
/// the way in which reading fails, and any other part of a request.
@NullMarked
package dev.reveille.protocols.json;

import org.jspecify.annotations.NullMarked;
