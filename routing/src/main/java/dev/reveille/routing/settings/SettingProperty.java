package dev.reveille.routing.settings;

import java.util.List;
import java.util.Set;

/// One property of the objects of a collection.
///
/// @param name lower case words with dashes
/// @param byDefault what holds where an object does not set it; empty for a required one
/// @param oppositeOf the flag whose opposite holds by default; "" for `byDefault`
/// @param isRequired an object cannot be without it
/// @param isFixed it is given when the object is made and cannot be changed
/// @param isActedOn this version reads it; what is not is kept and answered only
/// @param meaning in one sentence
public record SettingProperty(
    String name,
    ValueKind kind,
    List<String> byDefault,
    String oppositeOf,
    boolean isRequired,
    boolean isFixed,
    boolean isActedOn,
    String meaning) {
  private static final String COMMENT = "comment";

  public SettingProperty {
    byDefault = List.copyOf(byDefault);
  }

  /// One that is kept and not acted on.
  static SettingProperty of(
      final String name, final ValueKind kind, final String byDefault, final String meaning) {
    return of(name, kind, List.of(byDefault), meaning);
  }

  static SettingProperty of(
      final String name, final ValueKind kind, final List<String> byDefault, final String meaning) {
    return new SettingProperty(name, kind, byDefault, "", false, false, false, meaning);
  }

  /// A flag that is off by default.
  static SettingProperty off(final String name, final String meaning) {
    return of(name, new ValueKind.Flag(), "false", meaning);
  }

  /// A flag that is on by default.
  static SettingProperty on(final String name, final String meaning) {
    return of(name, new ValueKind.Flag(), "true", meaning);
  }

  /// A text for those who read the list; to keep it is all there is to do.
  static SettingProperty comment() {
    return of(COMMENT, new ValueKind.Text(1_000), "", "A note for those who read the list.")
        .actedOn();
  }

  boolean isComment() {
    return name.equals(COMMENT);
  }

  static SettingProperty required(final String name, final ValueKind kind, final String meaning) {
    return new SettingProperty(name, kind, List.of(), "", true, false, false, meaning);
  }

  SettingProperty asOppositeOf(final String flag) {
    return new SettingProperty(
        name, kind, byDefault, flag, isRequired, isFixed, isActedOn, meaning);
  }

  SettingProperty fixed() {
    return new SettingProperty(
        name, kind, byDefault, oppositeOf, isRequired, true, isActedOn, meaning);
  }

  SettingProperty actedOn() {
    return new SettingProperty(
        name, kind, byDefault, oppositeOf, isRequired, isFixed, true, meaning);
  }

  /// These, of which the named ones are acted on.
  static List<SettingProperty> acting(final List<SettingProperty> all, final String... names) {
    final var acted = Set.of(names);
    return all.stream().map(one -> acted.contains(one.name) ? one.actedOn() : one).toList();
  }

  /// The values as they are stored.
  ///
  /// @throws IllegalArgumentException when they are not taken; its message follows the name and a
  ///   colon
  public List<String> read(final List<String> given) {
    return !isRequired && kind.mayBeEmpty() && given.equals(List.of("")) ? given : kind.read(given);
  }
}
