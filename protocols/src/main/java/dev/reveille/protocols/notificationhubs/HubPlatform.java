package dev.reveille.protocols.notificationhubs;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// The push services by the names that hubs use: one in installations, another one in sends.
public enum HubPlatform {
  APPLE("apns", "apple", true),
  FCM_V1("fcmv1", "fcmv1", true),
  /// The service that Google switched off: what is sent to it goes out as [#FCM_V1].
  GCM("gcm", "gcm", true),
  WINDOWS("wns", "windows", true),
  WINDOWS_PHONE("mpns", "windowsphone", true),
  BROWSER("browser", "browser", true),
  ADM("adm", "adm", false),
  BAIDU("baidu", "baidu", false),
  XIAOMI("xiaomi", "xiaomi", false);

  /// Another word for [#GCM], in sends and installations.
  private static final String FCM = "fcm";

  private final String installationWord;
  private final String format;
  private final boolean served;

  HubPlatform(final String installationWord, final String format, final boolean served) {
    this.installationWord = installationWord;
    this.format = format;
    this.served = served;
  }

  /// The platform of an installation, by its word in any case.
  public static Optional<HubPlatform> ofInstallation(final String word) {
    final var lower = word.toLowerCase(Locale.ROOT);
    return lower.equals(FCM)
        ? Optional.of(GCM)
        : Arrays.stream(values()).filter(each -> each.installationWord.equals(lower)).findFirst();
  }

  /// The platform of a send, by the word of its format in any case.
  public static Optional<HubPlatform> ofFormat(final String word) {
    final var lower = word.toLowerCase(Locale.ROOT);
    return lower.equals(FCM)
        ? Optional.of(GCM)
        : Arrays.stream(values()).filter(each -> each.format.equals(lower)).findFirst();
  }

  /// The words of installations, for complaints.
  static String installationWords() {
    return Arrays.stream(values())
        .map(HubPlatform::installationWord)
        .collect(Collectors.joining(", "));
  }

  /// The formats that a send may have, for complaints.
  static String servedFormats() {
    return Arrays.stream(values())
        .filter(HubPlatform::isServed)
        .map(HubPlatform::format)
        .collect(Collectors.joining(", "));
  }

  /// In installations.
  public String installationWord() {
    return installationWord;
  }

  /// In sends and in what is told about them.
  public String format() {
    return format;
  }

  /// Whether a push service stands behind it here. Registrations are kept for all.
  public boolean isServed() {
    return served;
  }
}
