package dev.reveille.protocols.arm;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The values of `api-version` that are accepted for each provider of Resource Manager: those of
/// Azure's documentation and those that its SDKs send. All of them get the same answers.
final class ArmVersions {
  /// The one of the text about linking a hub.
  static final String OF_THE_TEXT = "2020-08-20-preview";

  /// The provider of subscriptions themselves.
  static final String RESOURCES = "microsoft.resources";

  private static final Map<String, List<String>> KNOWN =
      Map.of(
          "microsoft.communication",
          List.of(
              OF_THE_TEXT,
              "2020-08-20",
              "2021-10-01-preview",
              "2022-07-01-preview",
              "2023-03-31",
              "2023-04-01-preview",
              "2023-04-01",
              "2023-06-01-preview",
              "2024-09-01-preview",
              "2025-05-01-preview",
              "2025-05-01",
              "2025-09-01"),
          "microsoft.notificationhubs",
          List.of(
              "2014-09-01",
              "2016-03-01",
              "2017-04-01",
              "2023-01-01-preview",
              "2023-09-01",
              "2023-10-01-preview"),
          RESOURCES,
          List.of("2016-06-01", "2019-11-01", "2020-01-01", "2021-01-01", "2022-12-01"));

  private ArmVersions() {}

  /// @param provider in any case
  /// @param version "" when the request names none
  /// @throws ArmRefused with the list, when it is none of them
  static void check(final String provider, final String version) {
    final var known = KNOWN.getOrDefault(provider.toLowerCase(Locale.ROOT), List.of());
    if (version.isEmpty()) {
      throw new ArmRefused(
          400,
          "MissingApiVersionParameter",
          "The query parameter api-version is missing. What works: "
              + String.join(", ", known)
              + ".");
    }
    if (!known.contains(version.toLowerCase(Locale.ROOT))) {
      throw new ArmRefused(
          400,
          "InvalidApiVersionParameter",
          "This api-version is not known here. What works: " + String.join(", ", known) + ".");
    }
  }
}
