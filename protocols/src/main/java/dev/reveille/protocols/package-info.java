/// How the world speaks to the server: API, devices.
@NullMarked
package dev.reveille.protocols;

import org.jspecify.annotations.NullMarked;
