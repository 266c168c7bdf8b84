/// Tests of the HTTP layer: over real sockets, with witnesses that we did not write.
@NullMarked
package dev.reveille.http.server;

import org.jspecify.annotations.NullMarked;
