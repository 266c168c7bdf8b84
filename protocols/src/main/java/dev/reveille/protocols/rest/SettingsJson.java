package dev.reveille.protocols.rest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.model.Setting;
import dev.reveille.model.Surrogates;
import dev.reveille.protocols.json.JsonBody;
import dev.reveille.protocols.json.JsonOut;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.routing.settings.EffectiveSetting;
import dev.reveille.routing.settings.PropertyChange;
import dev.reveille.routing.settings.SettingProperty;
import dev.reveille.routing.settings.SettingsCollection;
import dev.reveille.routing.settings.ValueKind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Reads and writes settings as JSON.
final class SettingsJson {
  /// Texts that one change adds to a list or removes from it.
  private static final int MOST_AT_ONCE = 1_000;

  private static final int LONGEST_VALUE = 4_096;

  private SettingsJson() {}

  /// What a request's `values` say of each property; `null` resets one.
  ///
  /// @param mayAdjust whether a list can be changed in part
  static Map<String, PropertyChange> changes(
      final Request request, final SettingsCollection.Shape shape, final boolean mayAdjust) {
    final var values =
        request
            .body("values")
            .openObject("values")
            .orElseThrow(() -> Refusal.malformed("values", "is missing"));
    final var changes = new LinkedHashMap<String, PropertyChange>();
    for (final var field : values.fields()) {
      final var name = field.getKey();
      final var property =
          shape.property(name).orElseThrow(() -> JsonBody.unknown("values.", name, shape.names()));
      changes.put(name, change(property, field.getValue(), mayAdjust));
    }
    return changes;
  }

  private static PropertyChange change(
      final SettingProperty property, final JsonNode value, final boolean mayAdjust) {
    if (value.isNull()) {
      return new PropertyChange.Reset();
    }
    if (value.isObject() && mayAdjust && property.kind() instanceof ValueKind.Texts) {
      return adjust(property.name(), value);
    }
    return new PropertyChange.Assign(texts(property.name(), value));
  }

  private static PropertyChange adjust(final String name, final JsonNode value) {
    for (final var field : value.properties()) {
      if (!field.getKey().equals("add") && !field.getKey().equals("remove")) {
        throw JsonBody.unknown("values." + name + ".", field.getKey(), List.of("add", "remove"));
      }
    }
    return new PropertyChange.Adjust(part(name, value, "remove"), part(name, value, "add"));
  }

  private static List<String> part(final String name, final JsonNode value, final String part) {
    final var given = value.get(part);
    if (given != null && given.size() > MOST_AT_ONCE) {
      throw Refusal.malformed(
          "values." + name + "." + part, "must have at most " + MOST_AT_ONCE + " texts");
    }
    return given == null || given.isNull() ? List.of() : texts(name + "." + part, given);
  }

  private static List<String> texts(final String name, final JsonNode value) {
    final var texts = new ArrayList<String>();
    if (value.isArray()) {
      value.forEach(item -> texts.add(text(name, item)));
    } else {
      texts.add(text(name, value));
    }
    return texts;
  }

  private static String text(final String name, final JsonNode value) {
    if (!value.isTextual() && !value.isNumber() && !value.isBoolean()) {
      throw Refusal.malformed(
          "values." + name,
          "must be a text, a number, true, false, or a list of them, not " + JsonBody.kind(value));
    }
    final var text = Surrogates.mended(value.asText());
    if (text.length() > LONGEST_VALUE) {
      throw Refusal.malformed(
          "values." + name, "must have at most " + LONGEST_VALUE + " characters");
    }
    return text;
  }

  /// An object with its own values, as lists of texts, and all that hold, each in its own type.
  static void write(final JsonOut out, final EffectiveSetting setting) {
    write(out, setting.own());
    out.object(
        "effective",
        fields -> {
          for (final var property : setting.shape().properties()) {
            value(fields, property.name(), property, setting.texts(property.name()));
          }
        });
  }

  /// An object of a collection that this version does not know.
  static void write(final JsonOut out, final Setting setting) {
    out.text("collection", setting.collection())
        .text("identity", setting.identity())
        .number("version", setting.version())
        .object("values", fields -> new TreeMap<>(setting.values()).forEach(fields::texts));
  }

  /// The answer to a change: it names what was set and is not acted on.
  static void write(
      final JsonOut out,
      final SettingsCollection collection,
      final EffectiveSetting setting,
      final Collection<String> set) {
    write(out, setting);
    final var idle =
        set.stream()
            .filter(name ->
                setting.shape().property(name).filter(each -> !each.isActedOn()).isPresent())
            .sorted()
            .toList();
    if (!idle.isEmpty()) {
      out.texts("notActedOn", idle)
          .text("note", "Kept, and not acted on by this version: " + String.join(", ", idle) + ".");
    } else if (!collection.isActedOn()) {
      out.text("note", "Kept, and not acted on by this version: " + collection.name() + ".");
    }
  }

  private static void value(
      final JsonOut out,
      final String name,
      final SettingProperty property,
      final List<String> values) {
    if (property.kind() instanceof ValueKind.Texts) {
      out.texts(name, values);
      return;
    }
    if (values.isEmpty()) { // a required one in an object that another version wrote
      return;
    }
    final var text = values.getFirst();
    switch (property.kind()) {
      case ValueKind.Flag _ -> out.flag(name, text.equals("true"));
      case ValueKind.Number _ -> out.number(name, Long.parseLong(text));
      case ValueKind.Texts _ -> out.texts(name, values);
      case ValueKind.Word _,
          ValueKind.Text _,
          ValueKind.HostName _,
          ValueKind.SipUri _,
          ValueKind.HttpsUrl _ ->
          out.text(name, text);
    }
  }

  /// A collection as the catalogue describes it.
  static void write(final JsonOut out, final SettingsCollection collection) {
    out.text("name", collection.name())
        .text("meaning", collection.meaning())
        .texts(
            "identities", collection.shapes().stream().map(shape -> shape.kind().form()).toList())
        .objects("properties", described(collection), SettingsJson::write);
  }

  /// A property, and the forms of the identities that have it.
  private record Described(SettingProperty property, List<String> of) {}

  private static List<Described> described(final SettingsCollection collection) {
    final var forms = new LinkedHashMap<SettingProperty, List<String>>();
    for (final var shape : collection.shapes()) {
      for (final var property : shape.properties()) {
        forms.computeIfAbsent(property, _ -> new ArrayList<>()).add(shape.kind().form());
      }
    }
    return forms.entrySet().stream()
        .map(each -> new Described(each.getKey(), each.getValue()))
        .toList();
  }

  private static void write(final JsonOut out, final Described described) {
    final var property = described.property;
    out.text("name", property.name())
        .text("must", property.kind().inWords())
        .texts("of", described.of);
    if (!property.isRequired()) {
      value(out, "default", property, property.byDefault());
    }
    out.flag("required", property.isRequired())
        .flag("fixed", property.isFixed())
        .flag("actedOn", property.isActedOn())
        .text("meaning", property.meaning());
  }
}
