package dev.reveille.simulators.phone;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// What kind of phone it is and how its user behaves.
///
/// @param name tells several phones of one process apart
/// @param server the device listener, `https://host:port`
/// @param pushService the control port of the simulated push service; absent for a phone without
///   push
/// @param topic Apple's topic of the app, without suffix; for Android the name of Google's project
/// @param answerAfter the user answers so long after the ring; absent for never
/// @param declineAfter the same for declining, on all devices
/// @param tapsAfter the user taps an alert so long after it appeared; absent for never
/// @param receipts whether the app reports pushes that arrived
public record PhoneOptions(
    String name,
    URI server,
    String app,
    String platform,
    int osMajor,
    String generation,
    Map<String, String> attributes,
    Optional<URI> pushService,
    String topic,
    boolean sandbox,
    Optional<Duration> answerAfter,
    Optional<Duration> declineAfter,
    Optional<Duration> tapsAfter,
    boolean receipts) {

  public PhoneOptions {
    attributes = Map.copyOf(attributes);
  }

  /// An iPhone of a recent generation whose user does nothing by themselves.
  public static PhoneOptions at(final URI server, final String app) {
    return new PhoneOptions(
        "phone",
        server,
        app,
        "ios",
        18,
        "",
        Map.of(),
        Optional.empty(),
        "",
        false,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        true);
  }

  public PhoneOptions named(final String newName) {
    return new PhoneOptions(
        newName,
        server,
        app,
        platform,
        osMajor,
        generation,
        attributes,
        pushService,
        topic,
        sandbox,
        answerAfter,
        declineAfter,
        tapsAfter,
        receipts);
  }

  public PhoneOptions withPlatform(final String word, final int major) {
    return new PhoneOptions(
        name,
        server,
        app,
        word,
        major,
        generation,
        attributes,
        pushService,
        topic,
        sandbox,
        answerAfter,
        declineAfter,
        tapsAfter,
        receipts);
  }

  public PhoneOptions withGeneration(final String word) {
    return new PhoneOptions(
        name,
        server,
        app,
        platform,
        osMajor,
        word,
        attributes,
        pushService,
        topic,
        sandbox,
        answerAfter,
        declineAfter,
        tapsAfter,
        receipts);
  }

  public PhoneOptions withAttributes(final Map<String, String> others) {
    return new PhoneOptions(
        name,
        server,
        app,
        platform,
        osMajor,
        generation,
        others,
        pushService,
        topic,
        sandbox,
        answerAfter,
        declineAfter,
        tapsAfter,
        receipts);
  }

  public PhoneOptions withApple(final URI control, final String newTopic) {
    return new PhoneOptions(
        name,
        server,
        app,
        platform,
        osMajor,
        generation,
        attributes,
        Optional.of(control),
        newTopic,
        sandbox,
        answerAfter,
        declineAfter,
        tapsAfter,
        receipts);
  }

  /// An Android phone whose app belongs to this project.
  public PhoneOptions withGoogle(final URI control, final String project) {
    return withPlatform("android", 15).withApple(control, project);
  }

  public PhoneOptions inSandbox() {
    return new PhoneOptions(
        name,
        server,
        app,
        platform,
        osMajor,
        generation,
        attributes,
        pushService,
        topic,
        true,
        answerAfter,
        declineAfter,
        tapsAfter,
        receipts);
  }

  public PhoneOptions answering(final Duration after) {
    return new PhoneOptions(
        name,
        server,
        app,
        platform,
        osMajor,
        generation,
        attributes,
        pushService,
        topic,
        sandbox,
        Optional.of(after),
        declineAfter,
        tapsAfter,
        receipts);
  }

  public PhoneOptions declining(final Duration after) {
    return new PhoneOptions(
        name,
        server,
        app,
        platform,
        osMajor,
        generation,
        attributes,
        pushService,
        topic,
        sandbox,
        answerAfter,
        Optional.of(after),
        tapsAfter,
        receipts);
  }

  public PhoneOptions tapping(final Duration after) {
    return new PhoneOptions(
        name,
        server,
        app,
        platform,
        osMajor,
        generation,
        attributes,
        pushService,
        topic,
        sandbox,
        answerAfter,
        declineAfter,
        Optional.of(after),
        receipts);
  }

  public PhoneOptions withoutReceipts() {
    return new PhoneOptions(
        name,
        server,
        app,
        platform,
        osMajor,
        generation,
        attributes,
        pushService,
        topic,
        sandbox,
        answerAfter,
        declineAfter,
        tapsAfter,
        false);
  }

  /// iOS before 13 has one push channel for calls and messages.
  boolean hasOneChannel() {
    return platform.equals("ios") && osMajor < 13;
  }

  boolean isAndroid() {
    return platform.equals("android");
  }
}
