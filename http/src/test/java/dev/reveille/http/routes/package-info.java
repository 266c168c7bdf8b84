@NullMarked
package dev.reveille.http.routes;

import org.jspecify.annotations.NullMarked;
