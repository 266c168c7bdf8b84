/// What the senders of all push services keep of an app: its credentials once looked up, whether
/// anything may be sent for it now, whether its tokens turn bad, and whom to tell about it.
@NullMarked
package dev.reveille.push.app;

import org.jspecify.annotations.NullMarked;
