package dev.reveille.simulators.service;

import java.util.function.Consumer;

/// A simulated push service as its connections ([CallerHttp1], [CallerHttp2]) call it. They bring
/// requests and carry out the faults that a test ordered. Called from any event loop; must not
/// block.
public interface CalledService {
  Site site();

  /// Which device token the request is for, for faults that meet one token only.
  String tokenOf(ServiceCall call);

  /// No fault: judges the request, writes it down, lets the device have it, and counts it.
  ///
  /// @param say called once, on any thread, at once or later
  void answer(ServiceCall call, Consumer<ServiceAnswer> say);

  /// Writes a request down that a fault met.
  ///
  /// @param status 0 when no answer is given
  /// @param deliver the device gets it all the same
  void keep(ServiceCall call, int status, String word, boolean deliver);

  /// The answer that a fault orders.
  ServiceAnswer ordered(ServiceCall call, Fault fault);

  /// Whether the request is held instead of answered. Only requests of HTTP/2 can be.
  ///
  /// @param to what is pushed to the caller meanwhile
  default boolean holds(final ServiceCall call, final HeldCall to) {
    return false;
  }

  /// Bodies are looked at; otherwise only counted.
  default boolean keepsBodies() {
    return true;
  }
}
