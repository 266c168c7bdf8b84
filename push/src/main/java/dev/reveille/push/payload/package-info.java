/// What the payloads of all push services have in common: the envelope that apps read, and the JSON
/// it is written in.
@NullMarked
package dev.reveille.push.payload;

import org.jspecify.annotations.NullMarked;
