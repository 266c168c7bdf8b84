/// Phones as witnesses: they speak the device protocol and listen to the simulated push service.
/// All that reaches one is written down first, as it came ([ArrivalRecord]). Beside it the phone
/// does what a real one does: its call screen folds and rings ([CallLedger]), and what a real phone
/// would complain about is counted. A verdict about the server is computed from the record.
///
/// ```java
/// try (var network = PhoneNetwork.trusting(caPem)) {
///   var phone = new Phone(network, PhoneOptions.at(server, "com.example.phone").withApple(control, "com.example.phone"), report -> …);
///   phone.register(code);
///   phone.foreground();
///   phone.suspend("locked");
///   phone.arrivals().all(); // what came
///   phone.counters().rings(); // how often it rang
/// }
/// ```
@NullMarked
package dev.reveille.simulators.phone;

import org.jspecify.annotations.NullMarked;
