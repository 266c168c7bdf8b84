package dev.reveille.protocols.notificationhubs;

import dev.reveille.protocols.notificationhubs.HubInstallation.NamedTemplate;
import dev.reveille.protocols.notificationhubs.template.TemplateBody;
import java.util.Map;

/// Limits the size of what a hub keeps of an app. It is checked before anything is kept, also after
/// a patch: whatever is kept can be read, listed and rendered.
///
/// What is too large is refused with status 413 and the name of what to shorten. Pure functions,
/// thread-safe.
final class HubSizes {
  /// Of a registration or an installation as it is kept, in bytes.
  static final int LARGEST = 256 * 1024;

  /// Of the templates of an installation together, in bytes: each target holds its template and the
  /// variables of the installation.
  static final int LARGEST_TEMPLATES = 512 * 1024;

  /// Of a variable, a header, an expiry or a priority, in characters.
  static final int LONGEST_VALUE = 16 * 1024;

  private HubSizes() {}

  /// @throws HubRefused when one of its parts is too long
  static void check(final HubRegistration registration) {
    values("PushVariables", registration.pushVariables());
    registration
        .template()
        .ifPresent(template -> {
          body("BodyTemplate", template.body());
          values("the template's headers", template.headers());
          value("Expiry", template.expiry());
          value("Priority", template.priority());
        });
  }

  /// @throws HubRefused when one of its parts is too long
  static void check(final HubInstallation installation) {
    values("pushVariables", installation.pushVariables());
    templates("templates", installation.templates());
    installation
        .secondaryTiles()
        .forEach((id, tile) -> templates("secondaryTiles." + id + ".templates", tile.templates()));
  }

  private static void templates(final String field, final Map<String, NamedTemplate> templates) {
    templates.forEach((name, template) -> {
      final var of = field + "." + name;
      body(of + ".body", template.body());
      values(of + ".headers", template.headers());
      value(of + ".expiry", template.expiry());
    });
  }

  private static void body(final String field, final String body) {
    few(field, body.length(), TemplateBody.LONGEST, "characters");
  }

  private static void values(final String field, final Map<String, String> values) {
    values.forEach((name, value) -> {
      few("a name in " + field, name.length(), HubInstallation.LONGEST_NAME, "characters");
      value(field + "." + name, value);
    });
  }

  private static void value(final String field, final String value) {
    few(field, value.length(), LONGEST_VALUE, "characters");
  }

  /// @param document as it is to be kept
  /// @throws HubRefused when it is too large
  static void checkWhole(final String what, final byte[] document) {
    few(what + " as it is kept", document.length, LARGEST, "bytes");
  }

  /// @param together the bytes of those that were made so far
  /// @throws HubRefused when they are too many: few variables may stand in many templates
  static void checkTemplates(final long together) {
    if (together > LARGEST_TEMPLATES) {
      throw tooLarge(
          "the templates, each with the pushVariables, have more than "
              + LARGEST_TEMPLATES
              + " bytes; use fewer templates or shorter variables");
    }
  }

  private static void few(final String what, final int there, final int most, final String unit) {
    if (there > most) {
      throw tooLarge(
          "%s has %d %s; at most %d are taken: shorten it".formatted(what, there, unit, most));
    }
  }

  static HubRefused tooLarge(final String detail) {
    return new HubRefused(HubProblem.tooLarge(detail));
  }
}
