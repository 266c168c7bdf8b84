/// The heart: Intake, Dispatcher, Router, Delivery, Trail, and the ports they need.
@NullMarked
package dev.reveille.routing;

import org.jspecify.annotations.NullMarked;
