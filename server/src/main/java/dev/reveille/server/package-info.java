/// Starts and stops the server: reads the configuration, opens stores, push services, routing and
/// listeners, and closes them in reverse.
@NullMarked
package dev.reveille.server;

import org.jspecify.annotations.NullMarked;
