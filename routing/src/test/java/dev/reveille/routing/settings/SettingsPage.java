package dev.reveille.routing.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;

/// Writes `docs/operations/settings.md` from [SettingsCatalogue], so that the page and the server
/// have the same properties and defaults:
///
/// ```
/// java -cp routing/target/classes:routing/target/test-classes:model/target/classes dev.reveille.routing.settings.SettingsPage docs/operations/settings.md
/// ```
public final class SettingsPage {
  private static final String HEAD =
      """
      # Settings

      Settings are changed while the server runs and are effective at once: by
      [`reveille settings` and `reveille federation`](../guide/command-line.md#settings), or by
      [`/v1/settings`](../protocols/api.md#settings-and-audit). Each collection has objects, and an
      object's identity says for whom it is.

      - An object has its own values only; what it does not set is at the default below.
      - `global` is always there. Removing it sets it back to the defaults.
      - For a user, the object of the user's site counts as a whole, else the global one: a site's
        object takes nothing from the global one. For the web services of a pool their own object
        counts, else that of the pool's site, else the global one. For a partner and an app their
        own object counts, else the partner's, else the global one; for an app its own, else the
        global one.
      - Names of sites are compared exactly, as users have them; names of hosting providers without
        regard to case; domains and host names in lower case.
      - Each change is in the audit log, with who made it, from which address, the old and the new
        value.

      A property marked *kept* is checked, kept and answered, and this version does not act on it;
      the answer to a change says so too.

      Differences from Lync Server 2013: the filter for links is off in `im-filter`, so that a new
      installation can push; partner discovery cannot be switched on in `access-edge`.
      """;

  private SettingsPage() {}

  public static void main(final String... args) throws IOException {
    Files.writeString(Path.of(args[0]), text());
  }

  static String text() {
    final var page = new StringBuilder(HEAD);
    for (final var collection : SettingsCatalogue.all()) {
      page.append("\n## ").append(collection.name()).append("\n\n");
      page.append(collection.meaning()).append(" For ").append(forms(collection)).append(".\n\n");
      page.append("| property | must be | default | |\n|---|---|---|---|\n");
      rows(collection).forEach((property, of) -> page.append(row(collection, property, of)));
    }
    page.append(
        "\nRules between objects hold within one change: no two hosting providers have the\n");
    page.append("same proxy, in any spelling; a domain is on one of the two lists at most; with\n");
    page.append(
        "`use-default-routing` there are no hosting providers; a pool or an edge stands in\n");
    page.append("a site that is declared. A collection has at most 10,000 objects of an\n");
    page.append("organisation.\n");
    page.append(
        "\nThis page is generated from `SettingsCatalogue.java`; `SettingsPage.java` says how.\n");
    return page.toString();
  }

  private static String forms(final SettingsCollection collection) {
    return collection.shapes().stream()
        .map(shape -> "`" + shape.kind().form() + "`")
        .collect(Collectors.joining(", "));
  }

  private static LinkedHashMap<SettingProperty, List<String>> rows(
      final SettingsCollection collection) {
    final var rows = new LinkedHashMap<SettingProperty, List<String>>();
    for (final var shape : collection.shapes()) {
      for (final var property : shape.properties()) {
        rows.computeIfAbsent(property, _ -> new ArrayList<>()).add(shape.kind().form());
      }
    }
    return rows;
  }

  private static String row(
      final SettingsCollection collection, final SettingProperty property, final List<String> of) {
    final var marks = new ArrayList<String>();
    if (of.size() < collection.shapes().size()) {
      marks.add("of `" + String.join("`, `", of) + "`");
    }
    if (property.isRequired()) {
      marks.add("required");
    }
    if (property.isFixed()) {
      marks.add("cannot be changed");
    }
    if (!property.isActedOn()) {
      marks.add("*kept*");
    }
    return "| `%s` | %s | %s | %s%s |\n"
        .formatted(
            property.name(),
            property.kind().inWords(),
            byDefault(property),
            property.meaning(),
            marks.isEmpty() ? "" : " " + String.join("; ", marks) + ".");
  }

  private static String byDefault(final SettingProperty property) {
    if (property.isRequired()) {
      return "–";
    }
    if (!property.oppositeOf().isEmpty()) {
      return "the opposite of `" + property.oppositeOf() + "`";
    }
    return property.byDefault().equals(List.of(""))
        ? "empty"
        : property.byDefault().stream()
            .map(value -> "`" + value + "`")
            .collect(Collectors.joining(" "));
  }
}
