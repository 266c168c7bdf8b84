package dev.reveille.routing.settings;

import dev.reveille.routing.settings.SettingsCollection.Shape;
import java.util.List;

/// The collection that says which sites, pools and edges there are, and which pool this server is.
final class TopologyCollection {
  /// Of pools and edges: the site that they belong to.
  static final String SITE = "site";

  static final SettingsCollection TOPOLOGY =
      new SettingsCollection(
          SettingsCatalogue.TOPOLOGY,
          "Sites, pools and edges of the organisation.",
          List.of(
              new Shape(
                  IdentityKind.GLOBAL,
                  List.of(
                      SettingProperty.of(
                          SettingsCatalogue.HOME_POOL,
                          new ValueKind.HostName(),
                          "",
                          "The pool that this server is: what tests name as their target."))),
              new Shape(IdentityKind.SITE, List.of(SettingProperty.comment())),
              new Shape(
                  IdentityKind.POOL,
                  List.of(
                      site("The site that the pool stands in; declared in this collection."),
                      SettingProperty.of(
                          "services",
                          new ValueKind.Texts(20, 64),
                          List.of("WebServer"),
                          "The services of the pool, which can have settings of their own:"
                              + " `service:WebServer:FQDN`."))),
              new Shape(
                  IdentityKind.EDGE,
                  List.of(
                      site("The site that the edge stands in; declared in this collection."),
                      SettingProperty.of(
                          "port",
                          new ValueKind.Number(1, 65_535),
                          "5061",
                          "The port on which the edge takes connections of the pool.")))),
          List.of());

  private TopologyCollection() {}

  private static SettingProperty site(final String meaning) {
    return SettingProperty.of(SITE, new ValueKind.Text(200), "", meaning);
  }
}
