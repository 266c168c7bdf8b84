/// The protocols that the server speaks: the API for backends, and that of devices.
@NullMarked
package dev.reveille.protocols;

import org.jspecify.annotations.NullMarked;
