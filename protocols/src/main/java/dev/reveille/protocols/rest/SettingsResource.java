package dev.reveille.protocols.rest;

import dev.reveille.http.routes.SpellingSuggestion;
import dev.reveille.http.server.Answer;
import dev.reveille.model.Reason;
import dev.reveille.model.Setting;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.routing.port.SecretStore.Right;
import dev.reveille.routing.port.SettingsStore;
import dev.reveille.routing.settings.EffectiveSetting;
import dev.reveille.routing.settings.PropertyChange;
import dev.reveille.routing.settings.SettingChanges;
import dev.reveille.routing.settings.SettingsCatalogue;
import dev.reveille.routing.settings.SettingsCollection;
import dev.reveille.routing.settings.SettingsCollection.Identity;
import java.net.InetAddress;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/// `/v1/settings`: the collections of settings, and their objects with versions. On threads that
/// may block.
///
/// What lies in a collection that this version does not know can be seen and removed.
final class SettingsResource {
  private static final Pattern COLLECTION = Pattern.compile("[a-z][a-z0-9-]{0,63}");
  private static final Pattern IDENTITY =
      Pattern.compile("global|(?:site|service):[^\\p{Cntrl}]{1,200}");
  private static final Pattern VERSION = Pattern.compile("\\d{1,18}");

  private final SettingsStore settings;
  private final SettingChanges changes;

  SettingsResource(final SettingsStore settings) {
    this.settings = settings;
    this.changes = new SettingChanges(settings);
  }

  /// Which collections there are, with their properties.
  Answer catalogue(final Request request) {
    request.need(Right.MANAGE);
    return Lists.answer(
        request,
        "collections",
        SettingsCatalogue.all(),
        SettingsCollection::name,
        SettingsJson::write);
  }

  Answer list(final Request request) {
    request.need(Right.MANAGE);
    final var name = collectionName(request);
    final var collection = SettingsCatalogue.find(name);
    if (collection.isPresent()) {
      return Lists.answer(
          request,
          "settings",
          changes.list(request.organisation(), collection.get()),
          EffectiveSetting::identity,
          SettingsJson::write);
    }
    final var all = settings.all(request.organisation(), name);
    if (all.isEmpty()) {
      throw unknown(name);
    }
    return Lists.answer(request, "settings", all, Setting::identity, SettingsJson::write);
  }

  Answer show(final Request request) {
    request.need(Right.MANAGE);
    final var name = collectionName(request);
    final var collection = SettingsCatalogue.find(name);
    if (collection.isPresent()) {
      final var identity = identity(request, collection.get());
      return answer(
          changes
              .find(request.organisation(), collection.get(), identity)
              .orElseThrow(() -> notFound(name, request.second())));
    }
    return settings
        .get(request.organisation(), name, identityOfUnknown(request))
        .map(found ->
            Answers.json(200, out -> SettingsJson.write(out, found), "ETag", tag(found.version())))
        .orElseThrow(() -> unknown(name));
  }

  Answer put(final Request request) {
    request.need(Right.MANAGE);
    final var collection = collection(request);
    final var identity = identity(request, collection);
    final var given = new LinkedHashMap<String, List<String>>();
    SettingsJson.changes(request, identity.shape(), false)
        .forEach((name, change) -> {
          if (change instanceof PropertyChange.Assign(var values)) {
            given.put(name, values);
          }
        });
    if (request.createsOnly() && !isFirstOfAll(collection)) {
      return create(request, collection, identity, given);
    }
    return answer(
        collection,
        changes.replace(
            request.organisation(),
            collection,
            identity,
            given,
            expected(request, () -> version(request, collection, identity)),
            by(request)),
        given.keySet());
  }

  /// The switches of pushes were the first collection. Their clients know 412 for an object that is
  /// there, and make the global one as any other.
  private static boolean isFirstOfAll(final SettingsCollection collection) {
    return collection.name().equals(SettingsCatalogue.PUSH_NOTIFICATION);
  }

  private Answer create(
      final Request request,
      final SettingsCollection collection,
      final Identity identity,
      final LinkedHashMap<String, List<String>> given) {
    final var exists = collection.name() + "/" + identity.text();
    if (identity.text().equals(Setting.GLOBAL) && collection.hasGlobal()) {
      throw new Refusal(Reason.EXISTS, exists + " is always there; change it");
    }
    try {
      return answer(
          collection,
          changes.replace(request.organisation(), collection, identity, given, 0, by(request)),
          given.keySet());
    } catch (SettingsStore.Stale _) {
      throw new Refusal(Reason.EXISTS, exists);
    }
  }

  Answer patch(final Request request) {
    request.need(Right.MANAGE);
    final var collection = collection(request);
    final var identity = identity(request, collection);
    final var wanted = SettingsJson.changes(request, identity.shape(), true);
    return answer(
        collection,
        changes.change(
            request.organisation(),
            collection,
            identity,
            wanted,
            expected(request, () -> version(request, collection, identity)),
            by(request)),
        wanted.entrySet().stream()
            .filter(each -> !(each.getValue() instanceof PropertyChange.Reset))
            .map(java.util.Map.Entry::getKey)
            .toList());
  }

  Answer enable(final Request request) {
    return switched(request, true);
  }

  Answer disable(final Request request) {
    return switched(request, false);
  }

  private Answer switched(final Request request, final boolean on) {
    request.need(Right.MANAGE);
    final var collection = collection(request);
    if (!collection.hasSwitch()) {
      throw Refusal.malformed(
          "collection", "must be one whose objects are enabled and disabled: hosting-providers");
    }
    final var identity = identity(request, collection);
    return answer(
        collection,
        changes.enable(request.organisation(), collection, identity, on, by(request)),
        List.of(SettingsCatalogue.ENABLED));
  }

  Answer delete(final Request request) {
    request.need(Right.MANAGE);
    final var name = collectionName(request);
    final var collection = SettingsCatalogue.find(name);
    final boolean wasThere;
    if (collection.isPresent()) {
      wasThere =
          changes.remove(
              request.organisation(),
              collection.get(),
              identity(request, collection.get()),
              by(request));
    } else {
      wasThere =
          settings.remove(request.organisation(), name, identityOfUnknown(request), request.who());
    }
    if (!wasThere) {
      throw notFound(name, request.second());
    }
    return Answers.NO_CONTENT;
  }

  private long version(
      final Request request, final SettingsCollection collection, final Identity identity) {
    return changes
        .find(request.organisation(), collection, identity)
        .map(found -> found.own().version())
        .orElse(0L);
  }

  /// Who asks, and from which address.
  static SettingsStore.By by(final Request request) {
    final InetAddress peer = request.exchange().peer().getAddress();
    return new SettingsStore.By(request.who(), peer == null ? "" : peer.getHostAddress());
  }

  private static Answer answer(final EffectiveSetting setting) {
    return Answers.json(
        200, out -> SettingsJson.write(out, setting), "ETag", tag(setting.own().version()));
  }

  private static Answer answer(
      final SettingsCollection collection,
      final EffectiveSetting setting,
      final Collection<String> set) {
    return Answers.json(
        200,
        out -> SettingsJson.write(out, collection, setting, set),
        "ETag",
        tag(setting.own().version()));
  }

  private static String tag(final long version) {
    return "\"" + version + "\"";
  }

  /// The version that the change was made from, as `If-Match` says; any without it. Where it names
  /// several, the one that there is.
  ///
  /// @param version reads the one that there is
  static long expected(final Request request, final LongSupplier version) {
    if (request.createsOnly()) {
      return 0;
    }
    final var match = request.tags("If-Match");
    if (!match.isGiven() || match.isAny()) {
      return SettingChanges.ANY_VERSION;
    }
    final var versions = match.opaque().stream().filter(tag -> VERSION.matcher(tag).matches());
    final var numbers = versions.map(Long::valueOf).toList();
    if (numbers.isEmpty()) {
      throw Refusal.malformed("If-Match", "must be a version like \"3\"");
    }
    final long now = numbers.size() == 1 ? numbers.getFirst() : version.getAsLong();
    return numbers.contains(now) ? now : numbers.getFirst();
  }

  private static String collectionName(final Request request) {
    if (!COLLECTION.matcher(request.name()).matches()) {
      throw Refusal.malformed("collection", "must be lower case words with dashes");
    }
    if (Setting.INTERNAL.contains(request.name())) { // what it is about has addresses of its own
      throw unknown(request.name());
    }
    return request.name();
  }

  /// A mistyped collection would be kept and never be read.
  private static SettingsCollection collection(final Request request) {
    final var name = collectionName(request);
    return SettingsCatalogue.find(name).orElseThrow(() -> unknown(name));
  }

  private static Refusal unknown(final String collection) {
    return new Refusal(
        Reason.NOT_FOUND,
        "collection "
            + collection
            + ": "
            + SpellingSuggestion.hint(collection, SettingsCatalogue.names()));
  }

  private static Refusal notFound(final String collection, final String identity) {
    return Refusal.notFound("setting", collection + "/" + identity);
  }

  private static Identity identity(final Request request, final SettingsCollection collection) {
    return collection
        .identity(request.second())
        .orElseThrow(() -> Refusal.malformed("identity", "must be " + collection.forms()));
  }

  private static String identityOfUnknown(final Request request) {
    if (!IDENTITY.matcher(request.second()).matches()) {
      throw Refusal.malformed("identity", "must be global, site:NAME or service:NAME");
    }
    return request.second();
  }
}
