/// What a user is to be spared (do not disturb, quiet hours, muted conversations, a ring limit) as
/// JSON. The API and the device API speak the same words about it, so both use this.
@NullMarked
package dev.reveille.protocols.protection;

import org.jspecify.annotations.NullMarked;
