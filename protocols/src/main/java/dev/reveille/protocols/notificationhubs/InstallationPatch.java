package dev.reveille.protocols.notificationhubs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.model.Surrogates;
import dev.reveille.model.Tag;
import dev.reveille.protocols.json.JsonBody;
import dev.reveille.protocols.json.JsonParsers;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.protocols.notificationhubs.HubInstallation.NamedTemplate;
import dev.reveille.protocols.notificationhubs.HubInstallation.SecondaryTile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Changes parts of an installation, in Azure's dialect of JSON Patch: the form of RFC 6902 with
/// `add`, `remove` and `replace`, values that are always texts (which contain JSON where an object
/// is meant), and tags that are removed by name and not by index.
///
/// A pure function: all of it is applied to a copy, so a refused patch leaves nothing. To remove
/// what is not there changes nothing and is no mistake, since calls are repeated. To change a part
/// of a template or tile that is not there is one. Immutable, thread-safe.
public final class InstallationPatch {
  /// In one patch.
  public static final int MOST = 1_000;

  /// What lies between two operations may go beyond what is taken in the end, and is copied by
  /// each.
  private static final int MOST_TAGS_ON_THE_WAY = 1_000;

  private static final String CHANNEL = "pushChannel";

  private final List<Operation> operations;

  private InstallationPatch(final List<Operation> operations) {
    this.operations = List.copyOf(operations);
  }

  private enum Kind {
    ADD,
    REPLACE,
    REMOVE
  }

  /// @param field where it stands in the body
  /// @param whole the path as it was sent
  /// @param path its segments, decoded, without those that were looked at
  /// @param value "" for a removal
  private record Operation(String field, Kind kind, String whole, List<String> path, String value) {
    boolean removes() {
      return kind == Kind.REMOVE;
    }

    Refusal unknownPath() {
      return Refusal.malformed(
          field + ".path",
          whole
              + " cannot be "
              + (removes() ? "removed" : "set")
              + "; known are /tags, /tags/{tag}, /pushChannel, /userId, /templates/{name} with"
              + " /body, /headers, /expiry, /tags, and /secondaryTiles/{id} with these below it");
    }

    /// The same with the first segments of its path taken away.
    Operation below(final int segments) {
      return new Operation(field, kind, whole, path.subList(segments, path.size()), value);
    }

    String first() {
      return path.isEmpty() ? "" : path.getFirst();
    }
  }

  /// Reads the body of a PATCH.
  ///
  /// @throws HubRefused with status 400
  public static InstallationPatch read(final byte[] body) {
    try {
      final var list = JsonParsers.tree(body);
      if (!list.isArray()) {
        throw Refusal.malformed("", "must be a list of operations, not " + JsonBody.kind(list));
      }
      if (list.size() > MOST) {
        throw Refusal.malformed(
            "", "has " + list.size() + " operations; at most " + MOST + " are taken");
      }
      final var operations = new ArrayList<Operation>();
      for (final var node : list) {
        operations.add(operation("[" + operations.size() + "]", node));
      }
      return new InstallationPatch(operations);
    } catch (final Refusal refusal) {
      throw HubRefused.of(refusal);
    }
  }

  private static Operation operation(final String field, final JsonNode node) {
    if (!node.isObject()) {
      throw Refusal.malformed(field, "must be an object, not " + JsonBody.kind(node));
    }
    final var kind =
        switch (text(field, node, "op").toLowerCase(Locale.ROOT)) {
          case "add" -> Kind.ADD;
          case "replace" -> Kind.REPLACE;
          case "remove" -> Kind.REMOVE;
          default -> throw Refusal.malformed(field + ".op", "must be add, remove or replace");
        };
    final var path = text(field, node, "path");
    if (!path.startsWith("/")) {
      throw Refusal.malformed(field + ".path", "must begin with a slash");
    }
    final var segments =
        Arrays.stream(path.substring(1).split("/", -1))
            .map(segment -> segment.replace("~1", "/").replace("~0", "~"))
            .toList();
    final var value = kind == Kind.REMOVE ? "" : text(field, node, "value");
    return new Operation(field, kind, path, segments, value);
  }

  private static String text(final String field, final JsonNode in, final String name) {
    final var value = in.get(name);
    if (value == null || !value.isTextual()) {
      throw Refusal.malformed(
          field + "." + name,
          value == null ? "is missing" : "must be a text, not " + JsonBody.kind(value));
    }
    return Surrogates.mended(value.textValue());
  }

  /// The channels that it names, its own and those of tiles: their apps have just registered them,
  /// also where they are the same as before.
  ///
  /// @param after the installation with all operations done
  List<PnsHandle> channels(final HubInstallation after) {
    final var channels = new ArrayList<PnsHandle>();
    for (final var operation : operations) {
      final var path = operation.path;
      final boolean isTiles = is(operation.first(), "secondaryTiles");
      if (path.size() == 1 && is(operation.first(), CHANNEL)) {
        channels.add(after.channel());
      } else if (isTiles && (path.size() == 2 || path.size() == 3 && is(path.get(2), CHANNEL))) {
        final var tile = after.secondaryTiles().get(path.get(1));
        if (tile != null) { // else it was removed
          channels.add(tile.channel());
        }
      }
    }
    return channels;
  }

  /// The installation with all operations done, in their order.
  ///
  /// @throws HubRefused with status 400; then nothing of the patch counts
  public HubInstallation apply(final HubInstallation installation) {
    final var draft = new Draft(installation);
    try {
      for (final var operation : operations) {
        draft.apply(operation);
      }
      return draft.done();
    } catch (final Refusal refusal) {
      throw HubRefused.of(refusal);
    }
  }

  private static boolean is(final String segment, final String word) {
    return segment.equalsIgnoreCase(word);
  }

  /// A tag that is there already stays as it was written.
  private static List<Tag> tags(final List<Tag> before, final Operation operation) {
    final Set<Tag> tags = new LinkedHashSet<>(before);
    switch (operation.path.size()) {
      case 0 -> {
        if (operation.kind != Kind.ADD) {
          tags.clear();
        }
        if (!operation.removes()) {
          final var value = operation.value.strip();
          tags.addAll(
              HubTags.of(
                  value.startsWith("[")
                      ? InstallationJson.words(
                          operation.field + ".value",
                          InstallationJson.parsed(operation.field + ".value", value))
                      : List.of(value)));
        }
      }
      case 1 -> {
        if (!operation.removes()) {
          throw operation.unknownPath();
        }
        tags.remove(HubTags.tag(operation.first()));
      }
      default -> throw operation.unknownPath();
    }
    if (tags.size() > MOST_TAGS_ON_THE_WAY) {
      throw Refusal.malformed(
          operation.field,
          "there are more than "
              + MOST_TAGS_ON_THE_WAY
              + " tags now; at most "
              + HubTags.MOST
              + " are taken");
    }
    return List.copyOf(tags);
  }

  /// @param operation its path begins with the template's name
  private static void template(
      final Map<String, NamedTemplate> templates, final Operation operation) {
    if (operation.path.isEmpty()) {
      throw operation.unknownPath();
    }
    final var value = operation.field + ".value";
    final var name = InstallationJson.name(operation.field + ".path", operation.first());
    if (operation.path.size() == 1) {
      if (operation.removes()) {
        templates.remove(name);
      } else {
        templates.put(
            name,
            InstallationJson.template(value, InstallationJson.parsed(value, operation.value)));
      }
      return;
    }
    final var before = templates.get(name);
    if (before == null) {
      throw Refusal.malformed(operation.field + ".path", "there is no template " + name);
    }
    templates.put(name, part(before, operation.below(1)));
  }

  private static NamedTemplate part(final NamedTemplate before, final Operation operation) {
    final var value = operation.field + ".value";
    final boolean isWhole = operation.path.size() == 1;
    if (isWhole && is(operation.first(), "body") && !operation.removes()) {
      return new NamedTemplate(
          InstallationJson.body(value, operation.value),
          before.headers(),
          before.expiry(),
          before.tags());
    }
    if (isWhole && is(operation.first(), "headers")) {
      final var headers =
          operation.removes()
              ? Map.<String, String>of()
              : InstallationJson.headers(value, InstallationJson.parsed(value, operation.value));
      return new NamedTemplate(before.body(), headers, before.expiry(), before.tags());
    }
    if (isWhole && is(operation.first(), "expiry")) {
      return new NamedTemplate(before.body(), before.headers(), operation.value, before.tags());
    }
    if (is(operation.first(), "tags")) {
      return new NamedTemplate(
          before.body(),
          before.headers(),
          before.expiry(),
          tags(before.tags(), operation.below(1)));
    }
    throw operation.unknownPath();
  }

  private static final class Draft {
    private final HubInstallation before;
    private final Map<String, NamedTemplate> templates;
    private final Map<String, SecondaryTile> tiles;
    private String userId;
    private PnsHandle channel;
    private List<Tag> tags;

    Draft(final HubInstallation before) {
      this.before = before;
      this.templates = new LinkedHashMap<>(before.templates());
      this.tiles = new LinkedHashMap<>(before.secondaryTiles());
      this.userId = before.userId();
      this.channel = before.channel();
      this.tags = before.tags();
    }

    void apply(final Operation operation) {
      final boolean isWhole = operation.path.size() == 1;
      if (is(operation.first(), "tags")) {
        tags = InstallationPatch.tags(tags, operation.below(1));
      } else if (isWhole && is(operation.first(), CHANNEL) && !operation.removes()) {
        channel = InstallationJson.channel(before.platform(), operation.value);
      } else if (isWhole && is(operation.first(), "userId")) {
        userId = InstallationJson.userId(operation.value);
      } else if (is(operation.first(), "templates")) {
        template(templates, operation.below(1));
      } else if (is(operation.first(), "secondaryTiles")) {
        tile(operation.below(1));
      } else {
        throw operation.unknownPath();
      }
    }

    /// @param operation its path begins with the tile's id
    private void tile(final Operation operation) {
      if (operation.path.isEmpty()) {
        throw operation.unknownPath();
      }
      final var value = operation.field + ".value";
      final var id = InstallationJson.tileId(operation.field + ".path", operation.first());
      if (operation.path.size() == 1) {
        if (operation.removes()) {
          tiles.remove(id);
        } else {
          tiles.put(id, InstallationJson.tile(id, InstallationJson.parsed(value, operation.value)));
        }
        return;
      }
      final var tile = tiles.get(id);
      if (tile == null) {
        throw Refusal.malformed(operation.field + ".path", "there is no secondary tile " + id);
      }
      tiles.put(id, changed(tile, operation.below(1)));
    }

    private static SecondaryTile changed(final SecondaryTile tile, final Operation operation) {
      if (is(operation.first(), "tags")) {
        return new SecondaryTile(
            tile.channel(),
            InstallationPatch.tags(tile.tags(), operation.below(1)),
            tile.templates());
      }
      if (operation.path.size() == 1 && is(operation.first(), CHANNEL) && !operation.removes()) {
        return new SecondaryTile(
            InstallationJson.channel(HubPlatform.WINDOWS, operation.value),
            tile.tags(),
            tile.templates());
      }
      if (is(operation.first(), "templates")) {
        final Map<String, NamedTemplate> changed = new LinkedHashMap<>(tile.templates());
        template(changed, operation.below(1));
        return new SecondaryTile(tile.channel(), tile.tags(), changed);
      }
      throw operation.unknownPath();
    }

    /// Limits are those of the whole: what lies between two operations may go beyond.
    HubInstallation done() {
      checked(tags, "templates", templates);
      InstallationJson.few("secondaryTiles", tiles);
      tiles.forEach((id, tile) ->
          checked(tile.tags(), "secondaryTiles." + id + ".templates", tile.templates()));
      return new HubInstallation(
          before.id(),
          userId,
          before.platform(),
          channel,
          tags,
          before.pushVariables(),
          templates,
          tiles);
    }

    private static void checked(
        final List<Tag> tags, final String field, final Map<String, NamedTemplate> templates) {
      HubTags.checked(tags);
      InstallationJson.few(field, templates);
      templates.values().forEach(template -> HubTags.checked(template.tags()));
    }
  }
}
