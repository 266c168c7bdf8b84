package dev.reveille.protocols.notificationhubs;

import dev.reveille.http.client.AddressGuard;
import dev.reveille.http.client.PublicUrl;
import dev.reveille.model.Bytes;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.SubscriptionKeys;
import dev.reveille.model.Tag;
import dev.reveille.model.TargetKey;
import dev.reveille.protocols.notificationhubs.HubInstallation.NamedTemplate;
import dev.reveille.protocols.notificationhubs.HubRegistration.TemplateParts;
import dev.reveille.routing.port.HubRegistrations.Target;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// Derives from a registration or an installation the targets that sends find: its native target,
/// and one for each template. Platforms without a push service here have no targets.
///
/// Pure functions, thread-safe.
final class HubTargets {
  private static final String GCM = "gcm";
  private static final String TILE = "tile/";

  private HubTargets() {}

  /// The push service of a platform; empty when there is none here.
  static Optional<PushService> service(final HubPlatform platform) {
    return switch (platform) {
      case APPLE -> Optional.of(PushService.APNS);
      case FCM_V1, GCM -> Optional.of(PushService.FCM);
      case WINDOWS -> Optional.of(PushService.WNS);
      case WINDOWS_PHONE -> Optional.of(PushService.MPNS);
      case BROWSER -> Optional.of(PushService.WEB_PUSH);
      case ADM, BAIDU, XIAOMI -> Optional.empty();
    };
  }

  /// Where a handle leads. It is judged when it is used: whatever was handed in is an address.
  static Optional<PushAddress.Direct> address(
      final Hub hub, final HubPlatform platform, final PnsHandle handle, final Instant since) {
    return service(platform)
        .map(service -> {
          final var place = place(service, handle.value());
          final var address =
              new PushAddress.Direct(
                      service,
                      PushChannel.MESSAGE,
                      hub.app(),
                      service == PushService.APNS && hub.sandbox(),
                      place.token(),
                      since)
                  .withScope(place.origin());
          return handle instanceof PnsHandle.Browser(_, var p256dh, var auth)
              ? address.withKeys(keys(p256dh, auth))
              : address;
        });
  }

  /// @param origin of a URL, which can be out of reach as a whole; "" for other handles
  private record Place(PushToken token, String origin) {}

  /// A handle as it is kept, when one of any service is asked for: a URL, or else bytes of Apple's,
  /// which no other service's words can be taken for.
  ///
  /// @param service empty when it is not known
  static String spelled(final Optional<PushService> service, final String handle) {
    final var its = handle.contains("://") ? PushService.WNS : PushService.APNS;
    return place(service.orElse(its), handle).token().value();
  }

  /// A URL is spelled as it is asked for, so that two spellings of one place are one address.
  private static Place place(final PushService service, final String handle) {
    try {
      if (service.hasUrls()) {
        final var url = PublicUrl.of(handle, AddressGuard.OPERATOR, true);
        return new Place(new PushToken(url.origin() + url.path()), url.origin());
      }
      return new Place(PushToken.of(service, handle), "");
    } catch (final IllegalArgumentException _) {
      return new Place(new PushToken(handle), "");
    }
  }

  /// @throws HubRefused when they are none: nothing could ever be encrypted to them
  private static SubscriptionKeys keys(final String p256dh, final String auth) {
    try {
      return SubscriptionKeys.of(p256dh, auth);
    } catch (final IllegalArgumentException wrong) {
      throw HubRefused.malformed(String.valueOf(wrong.getMessage()));
    }
  }

  /// What a native target's name begins with: of a device that changes between Google's two
  /// platforms it is another target.
  private static String nativeName(final HubPlatform platform) {
    return platform == HubPlatform.GCM ? "gcm:" : "";
  }

  /// Which form of its push service a platform has. Google's two platforms share one, and content
  /// of one is not for targets of the other.
  static String format(final HubPlatform platform) {
    return platform == HubPlatform.GCM ? GCM : "";
  }

  /// The platform of a target for native content.
  static HubPlatform platform(final Target target) {
    return platform(target.address().service(), target.format());
  }

  /// @param format as [#format] says
  static HubPlatform platform(final PushService service, final String format) {
    return switch (service) {
      case APNS -> HubPlatform.APPLE;
      case FCM -> format.equals(GCM) ? HubPlatform.GCM : HubPlatform.FCM_V1;
      case WNS -> HubPlatform.WINDOWS;
      case MPNS -> HubPlatform.WINDOWS_PHONE;
      case WEB_PUSH -> HubPlatform.BROWSER;
      case HUB -> throw new IllegalArgumentException("no target of a hub leads to a hub");
    };
  }

  /// Whether it is the target of an entry's own channel, and not of a template or a tile.
  static boolean isOwn(final Target target) {
    return target.template().isEmpty() && !target.name().contains(TILE);
  }

  // ---- registrations --------------------------------------------------------------------------

  static List<Target> of(final Hub hub, final HubRegistration registration, final Instant now) {
    final var platform = registration.kind().platform();
    return address(hub, platform, registration.handle(), now).stream()
        .map(address ->
            new Target(
                registration.template().isPresent() ? "template" : nativeName(platform),
                key(hub, address.service(), "r/" + registration.id()),
                address,
                Set.copyOf(registration.tags()),
                registration
                    .template()
                    .map(parts ->
                        new TargetTemplate(
                                parts.name(),
                                Optional.of(platform),
                                parts.body(),
                                headers(platform, parts),
                                parts.expiry(),
                                registration.pushVariables())
                            .bytes()),
                Optional.empty(),
                registration.template().isPresent() ? "" : format(platform)))
        .toList();
  }

  /// A priority of its own stands behind the header that says the same.
  private static Map<String, String> headers(
      final HubPlatform platform, final TemplateParts parts) {
    final Map<String, String> headers = new LinkedHashMap<>(parts.headers());
    if (platform == HubPlatform.APPLE && !parts.priority().isEmpty()) {
      headers.putIfAbsent("apns-priority", parts.priority());
    }
    return headers;
  }

  private static TargetKey key(final Hub hub, final PushService service, final String name) {
    return TargetKey.ofRegistration(hub.organisation(), hub.key(), service, name);
  }

  /// Every key that the registration of an id can have, and the native target of an installation.
  ///
  /// @param hub by which the store knows it
  static Set<TargetKey> keys(final OrganisationId organisation, final String hub, final String id) {
    final Set<TargetKey> keys = new HashSet<>();
    for (final var service : PushService.values()) {
      for (final var name : List.of("r/" + id, "i/" + id + "/", "i/" + id + "/gcm:")) {
        keys.add(TargetKey.ofRegistration(organisation, hub, service, name));
      }
    }
    return keys;
  }

  // ---- installations --------------------------------------------------------------------------

  static List<Target> of(final Hub hub, final HubInstallation installation, final Instant now) {
    final var one = new OfInstallation(hub, installation, now);
    final var tags = new HashSet<>(installation.tags());
    addIfTag(tags, () -> Tag.ofInstallation(installation.id()));
    if (!installation.userId().isEmpty()) {
      addIfTag(tags, () -> Tag.ofUser(installation.userId()));
    }
    one.add("", installation.channel(), tags, installation.templates());
    if (installation.platform() == HubPlatform.WINDOWS) { // others have no tiles
      installation
          .secondaryTiles()
          .forEach((id, tile) ->
              one.add(TILE + id, tile.channel(), both(tags, tile.tags()), tile.templates()));
    }
    return one.targets;
  }

  /// An id that no tag can hold is reached by other tags only.
  private static void addIfTag(final Set<Tag> tags, final Supplier<Tag> tag) {
    try {
      tags.add(tag.get());
    } catch (final IllegalArgumentException _) {
      // said above
    }
  }

  private static Set<Tag> both(final Set<Tag> some, final List<Tag> others) {
    final var all = new HashSet<>(some);
    all.addAll(others);
    return all;
  }

  /// Gathers the targets of one installation.
  private static final class OfInstallation {
    private final Hub hub;
    private final HubInstallation installation;
    private final Instant now;
    private final List<Target> targets = new ArrayList<>();
    private long size;

    OfInstallation(final Hub hub, final HubInstallation installation, final Instant now) {
      this.hub = hub;
      this.installation = installation;
      this.now = now;
    }

    /// @param place of the channel within the installation, "" for its own
    void add(
        final String place,
        final PnsHandle channel,
        final Set<Tag> tags,
        final Map<String, NamedTemplate> templates) {
      final var platform = installation.platform();
      address(hub, platform, channel, now)
          .ifPresent(address -> {
            targets.add(target(nativeName(platform) + place, address, tags, Optional.empty()));
            templates.forEach((name, template) ->
                targets.add(
                    target(
                        place + "/template/" + name,
                        address,
                        both(tags, template.tags()),
                        Optional.of(bytes(place, name, template)))));
          });
    }

    /// @throws HubRefused when all of them are too much: few variables may stand in many templates
    private Bytes bytes(final String place, final String name, final NamedTemplate template) {
      final var bytes =
          new TargetTemplate(
                  place.isEmpty() ? name : place.substring(TILE.length()) + "/" + name,
                  Optional.of(installation.platform()),
                  template.body(),
                  template.headers(),
                  template.expiry(),
                  installation.pushVariables())
              .bytes();
      size += bytes.length();
      HubSizes.checkTemplates(size);
      return bytes;
    }

    private Target target(
        final String name,
        final PushAddress.Direct address,
        final Set<Tag> tags,
        final Optional<Bytes> template) {
      return new Target(
          name,
          key(hub, address.service(), "i/" + installation.id() + "/" + name),
          address,
          tags,
          template,
          Optional.empty(),
          template.isPresent() ? "" : format(installation.platform()));
    }
  }
}
