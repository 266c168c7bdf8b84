/// Phones as witnesses: they speak the device protocol and listen to the simulated push service,
/// ring at most once per call as a real call screen does, and count what a real phone would
/// complain about.
///
/// ```java
/// try (var network = PhoneNetwork.trusting(caPem)) {
///   var phone = new Phone(network, PhoneOptions.at(server, "com.example.phone").withApple(control, "com.example.phone"), report -> …);
///   phone.register(code);
///   phone.foreground();
///   phone.suspend("locked");
///   phone.counters().rings();
/// }
/// ```
@NullMarked
package dev.reveille.simulators.phone;

import org.jspecify.annotations.NullMarked;
