package dev.reveille.bench.breaks;

import dev.reveille.routing.port.Sender;
import dev.reveille.routing.port.Stores;

/// One deliberate fault. A server asks it once for the stores and once per push service.
public interface Break {
  /// The stores to use in the place of the given ones, which are open and not yet in use.
  default Stores stores(final Stores stores) {
    return stores;
  }

  /// The sender to use in the place of the given one.
  default Sender sender(final Sender sender) {
    return sender;
  }
}
