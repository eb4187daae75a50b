package io.rift.bench.relay;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Several measurements of one thing.
 *
 * @param median the one in the middle, or the mean of the two there
 * @param min the least
 * @param max the greatest
 */
public record Statistic(double median, double min, double max) {

    /** Of a value of each item that has one, so is not NaN; NaN of none. */
    public static <T> Statistic of(List<T> items, ToDoubleFunction<T> value) {
        double[] sorted = items.stream()
                .mapToDouble(value)
                .filter(each -> !Double.isNaN(each))
                .sorted()
                .toArray();
        if (sorted.length == 0) {
            return new Statistic(Double.NaN, Double.NaN, Double.NaN);
        }
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Statistic(median, sorted[0], sorted[sorted.length - 1]);
    }

    /** Median and spread. */
    String withSpread(int decimals) {
        if (Double.isNaN(median)) {
            return text(decimals);
        }
        return text(median, decimals) + " (" + text(min, decimals) + "-" + text(max, decimals) + ")";
    }

    /** The median. */
    String text(int decimals) {
        return text(median, decimals);
    }

    private static String text(double value, int decimals) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%." + decimals + "f", value);
    }
}
