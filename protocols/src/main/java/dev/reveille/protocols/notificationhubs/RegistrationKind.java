package dev.reveille.protocols.notificationhubs;

import java.util.List;

/// The kinds of registrations, one per platform, with the names of their XML elements. Each also
/// exists with a template.
public enum RegistrationKind {
  APPLE(HubPlatform.APPLE, "Apple", "Apns", "DeviceToken"),
  FCM_V1(HubPlatform.FCM_V1, "FcmV1", "", "FcmV1RegistrationId"),
  GCM(HubPlatform.GCM, "Gcm", "", "GcmRegistrationId"),
  /// Another word for [#GCM], which some Java clients write.
  FCM(HubPlatform.GCM, "Fcm", "", "FcmRegistrationId"),
  WINDOWS(HubPlatform.WINDOWS, "Windows", "Wns", "ChannelUri"),
  MPNS(HubPlatform.WINDOWS_PHONE, "Mpns", "Mpns", "ChannelUri"),
  ADM(HubPlatform.ADM, "Adm", "", "AdmRegistrationId"),
  BAIDU(HubPlatform.BAIDU, "Baidu", "", "BaiduUserId", "BaiduChannelId"),
  BROWSER(HubPlatform.BROWSER, "Browser", "", "Endpoint", "P256DH", "Auth"),
  XIAOMI(HubPlatform.XIAOMI, "Xiaomi", "", "XiaomiRegistrationId");

  static final String TEMPLATE = "Template";
  static final String ENDING = "RegistrationDescription";

  private final HubPlatform platform;
  private final String word;
  private final String headers;
  private final List<String> handle;

  RegistrationKind(
      final HubPlatform platform, final String word, final String headers, final String... handle) {
    this.platform = platform;
    this.word = word;
    this.headers = headers;
    this.handle = List.of(handle);
  }

  public HubPlatform platform() {
    return platform;
  }

  /// The element that describes one.
  String element(final boolean withTemplate) {
    return word + (withTemplate ? TEMPLATE : "") + ENDING;
  }

  /// What a template's headers are called, without `Headers`; "" where templates have none.
  String headers() {
    return headers;
  }

  /// The elements that make the handle.
  List<String> handle() {
    return handle;
  }
}
