package dev.reveille.routing.settings;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Objects of one form, each with an identity.
///
/// @param meaning in one sentence
/// @param shapes one for each kind of identity, in the order in which identities are tried
/// @param rules hold within each object
public record SettingsCollection(
    String name, String meaning, List<Shape> shapes, List<ObjectRule> rules) {
  /// The properties of the objects of one kind.
  public record Shape(IdentityKind kind, List<SettingProperty> properties) {
    public Shape {
      properties = List.copyOf(properties);
    }

    public Optional<SettingProperty> property(final String name) {
      return properties.stream().filter(each -> each.name().equals(name)).findFirst();
    }

    public List<String> names() {
      return properties.stream().map(SettingProperty::name).toList();
    }

    /// All values of an object: its own, and the defaults of what it leaves out. Own values that
    /// this version does not know or would refuse are left out: a former version kept any.
    public Map<String, List<String>> effective(final Map<String, List<String>> own) {
      final var values = new LinkedHashMap<String, List<String>>();
      for (final var each : properties) {
        final var given = own.get(each.name());
        values.put(
            each.name(), given != null && isRead(each, given) ? given : byDefault(each, own));
      }
      return values;
    }

    private static boolean isRead(final SettingProperty property, final List<String> given) {
      try {
        final var _ = property.read(given);
        return true;
      } catch (final IllegalArgumentException _) {
        return false;
      }
    }

    private List<String> byDefault(
        final SettingProperty property, final Map<String, List<String>> own) {
      return property.oppositeOf().isEmpty()
          ? property.byDefault()
          : property(property.oppositeOf())
              .map(other -> own.getOrDefault(other.name(), other.byDefault()))
              .filter(List.of("true")::equals)
              .map(_ -> List.of("false"))
              .orElse(List.of("true"));
    }
  }

  /// An identity in the spelling in which it is kept.
  public record Identity(Shape shape, String text) {
    boolean isGlobal() {
      return shape.kind() == IdentityKind.GLOBAL;
    }
  }

  /// A rule between the properties of one object.
  interface ObjectRule {
    /// What is wrong; empty when nothing is.
    ///
    /// @param own what the object sets
    /// @param all with the defaults of what it does not
    Optional<Complaint> of(Map<String, List<String>> own, Map<String, List<String>> all);
  }

  /// What is wrong with an object.
  ///
  /// @param property the name of the one to change
  record Complaint(String property, String sentence) {}

  public SettingsCollection {
    shapes = List.copyOf(shapes);
    rules = List.copyOf(rules);
  }

  /// The same properties for each kind.
  static SettingsCollection of(
      final String name,
      final String meaning,
      final List<IdentityKind> kinds,
      final List<SettingProperty> properties,
      final ObjectRule... rules) {
    return new SettingsCollection(
        name,
        meaning,
        kinds.stream().map(kind -> new Shape(kind, properties)).toList(),
        List.of(rules));
  }

  /// Empty when no object of the collection can have it.
  public Optional<Identity> identity(final String text) {
    return shapes.stream()
        .flatMap(shape -> shape.kind().read(text).map(kept -> new Identity(shape, kept)).stream())
        .findFirst();
  }

  /// The forms of identities: `global, site:NAME or service:NAME`.
  public String forms() {
    final var forms = shapes.stream().map(shape -> shape.kind().form()).toList();
    return forms.size() == 1
        ? forms.getFirst()
        : String.join(", ", forms.subList(0, forms.size() - 1)) + " or " + forms.getLast();
  }

  /// There is always an object for the whole organisation.
  public boolean hasGlobal() {
    return has(kind -> kind == IdentityKind.GLOBAL);
  }

  /// A list of objects that are made, changed and removed one by one, and have no wider scope.
  public boolean isFlat() {
    return has(kind -> kind == IdentityKind.NAME || kind == IdentityKind.DOMAIN);
  }

  /// Its objects can be enabled and disabled.
  public boolean hasSwitch() {
    return isFlat() && shapes.getFirst().property(SettingsCatalogue.ENABLED).isPresent();
  }

  /// This version reads something of it; of the blocked domains it reads that they are there.
  public boolean isActedOn() {
    return name.equals(SettingsCatalogue.BLOCKED_DOMAINS)
        || shapes.stream()
            .flatMap(shape -> shape.properties().stream())
            .anyMatch(property -> property.isActedOn() && !property.isComment());
  }

  private boolean has(final Predicate<IdentityKind> wanted) {
    return shapes.stream().map(Shape::kind).anyMatch(wanted);
  }

  @Override
  public String toString() {
    return name
        + shapes.stream()
            .map(shape -> shape.kind().form())
            .collect(Collectors.joining(", ", " (", ")"));
  }
}
