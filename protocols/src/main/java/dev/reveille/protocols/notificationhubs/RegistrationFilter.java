package dev.reveille.protocols.notificationhubs;

import dev.reveille.model.PushService;
import dev.reveille.routing.port.HubRegistrations.Filter;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// The `$filter` of a list of registrations: one or several fields of a handle, joined by `and`.
/// Some clients write `ChannelUri` for every platform, encode addresses twice, or leave out a
/// quotation mark. A handle is compared in the form in which it is kept.
///
/// @param handle what the store is asked for
/// @param platform whose registrations are meant; empty for any. Google's two platforms share a
///   push service
record RegistrationFilter(Filter.WithHandle handle, Optional<HubPlatform> platform) {
  /// Possessive, because long handles must not come near the end of the stack.
  private static final Pattern PART =
      Pattern.compile("\\s*([A-Za-z0-9]+)\\s+eq\\s+'?((?:[^']|'')*+)'?\\s*", Pattern.DOTALL);

  /// The platform of each field that is a handle; "" for any.
  private static final Map<String, String> FIELDS = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  static {
    FIELDS.put("DeviceToken", HubPlatform.APPLE.format());
    FIELDS.put("FcmV1RegistrationId", HubPlatform.FCM_V1.format());
    FIELDS.put("GcmRegistrationId", HubPlatform.GCM.format());
    FIELDS.put("FcmRegistrationId", HubPlatform.GCM.format());
    FIELDS.put("AdmRegistrationId", HubPlatform.ADM.format());
    FIELDS.put("BaiduChannelId", HubPlatform.BAIDU.format());
    FIELDS.put("XiaomiRegistrationId", HubPlatform.XIAOMI.format());
    FIELDS.put("Endpoint", HubPlatform.BROWSER.format());
    FIELDS.put("ChannelUri", "");
  }

  /// @throws HubRefused when it asks for something else
  static RegistrationFilter read(final String text) {
    for (final var part : text.split("\\sand\\s", -1)) {
      final var found = PART.matcher(part);
      if (!found.matches()) {
        throw unknown();
      }
      final var platform = FIELDS.get(found.group(1));
      if (platform != null) {
        final var value = decoded(found.group(2).replace("''", "'"));
        return of(HubPlatform.ofFormat(platform), value);
      }
    }
    throw unknown();
  }

  /// What has no push service here has no address, by which it could be found.
  private static RegistrationFilter of(final Optional<HubPlatform> platform, final String value) {
    platform
        .filter(one -> !one.isServed())
        .ifPresent(one -> {
          throw HubRefused.malformed(
              "registrations of "
                  + one.format()
                  + " are not found by their handles here; read them by their ids");
        });
    final var service = platform.flatMap(HubTargets::service);
    return new RegistrationFilter(
        new Filter.WithHandle(service, spelled(service, value)), platform);
  }

  /// What could never be kept as a handle finds nothing.
  private static String spelled(final Optional<PushService> service, final String value) {
    try {
      return HubTargets.spelled(service, value);
    } catch (final IllegalArgumentException _) {
      return value;
    }
  }

  boolean shows(final HubRegistration registration) {
    return platform.isEmpty() || platform.get() == registration.kind().platform();
  }

  private static String decoded(final String value) {
    if (!value.contains("%3A%2F%2F") && !value.contains("%3a%2f%2f")) {
      return value;
    }
    try {
      return URLDecoder.decode(value, StandardCharsets.UTF_8);
    } catch (final IllegalArgumentException _) {
      return value;
    }
  }

  private static HubRefused unknown() {
    return HubRefused.malformed(
        "$filter must name a handle, as in DeviceToken eq 'X'; fields that work: "
            + String.join(", ", FIELDS.keySet()));
  }
}
