package dev.reveille.routing.settings;

import java.util.List;

/// The collections of a clearing house: how many pushes partners may hand in, and what publishers
/// demand of them.
final class ClearingHouseCollections {
  static final SettingsCollection PUSH_QUOTA =
      SettingsCollection.of(
          SettingsCatalogue.PUSH_QUOTA,
          "How many pushes a partner may hand in for each app of this clearing house; each partner"
              + " and app is counted by itself.",
          List.of(IdentityKind.GLOBAL, IdentityKind.PARTNER, IdentityKind.PARTNER_APP),
          SettingProperty.acting(
              List.of(
                  SettingProperty.of(
                      SettingsCatalogue.PER_MINUTE,
                      new ValueKind.Number(1, 10_000_000),
                      "60000",
                      "How many pushes a minute, over a long time."),
                  SettingProperty.of(
                      SettingsCatalogue.BURST,
                      new ValueKind.Number(1, 1_000_000),
                      "10000",
                      "How many of them may come at once."),
                  SettingProperty.of(
                      SettingsCatalogue.RESERVED_FOR_CALLS,
                      new ValueKind.Number(0, 90),
                      "20",
                      "How many per cent of those at once are kept for calls."),
                  SettingProperty.comment()),
              SettingsCatalogue.PER_MINUTE,
              SettingsCatalogue.BURST,
              SettingsCatalogue.RESERVED_FOR_CALLS));

  static final SettingsCollection PUSH_CONTENT =
      SettingsCollection.of(
          SettingsCatalogue.PUSH_CONTENT,
          "What the publisher demands of pushes that partners hand in for its apps.",
          List.of(IdentityKind.GLOBAL, IdentityKind.APP),
          SettingProperty.acting(
              List.of(
                  SettingProperty.off(
                      SettingsCatalogue.SEALED_ONLY,
                      "Whether pushes whose content can be read here are refused."),
                  SettingProperty.comment()),
              SettingsCatalogue.SEALED_ONLY));

  private ClearingHouseCollections() {}
}
