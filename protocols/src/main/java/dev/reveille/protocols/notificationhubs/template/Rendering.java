package dev.reveille.protocols.notificationhubs.template;

/// The state of rendering one message with one template: its properties, and how many characters
/// may still be inserted. Used once, by one thread.
public final class Rendering {
  private final TemplateProperties properties;
  private int left;

  /// @param most characters that all properties put in have together
  public Rendering(final TemplateProperties properties, final int most) {
    this.properties = properties;
    this.left = most;
  }

  TemplateProperties properties() {
    return properties;
  }

  /// A value that is put in; "" once there is too much.
  String counted(final String value) {
    left = Math.max(-1, left - value.length());
    return left < 0 ? "" : value;
  }

  public boolean isTooLarge() {
    return left < 0;
  }
}
