package io.rift.e2e.report;

/** A program that others wrote and that our server serves. */
public enum ForeignClient {
    TURNUTILS_STUNCLIENT("coturn `turnutils_stunclient`"),
    TURNUTILS_NATDISCOVERY("coturn `turnutils_natdiscovery`"),
    TURNUTILS_UCLIENT("coturn `turnutils_uclient`"),
    CHROMIUM("Chromium"),
    WERIFT("werift (Node.js)"),
    WEBRTC_JAVA("webrtc-java (libwebrtc)");

    private final String title;

    ForeignClient(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }
}
