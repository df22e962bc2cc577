package io.thingstead.node.alarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.thingstead.node.alarm.Area.Circle;
import io.thingstead.node.alarm.Area.Place;
import io.thingstead.node.alarm.Area.Polygon;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// How far a place is inside an area.
class AreaTest {
    private static final double DEGREE = Math.toRadians(1) * Area.EARTH_METRES;

    @Test
    void a_circle_is_measured_along_the_surface() {
        var circle = new Circle(new Place(47, 8), 1_000);
        assertThat(circle.inside(new Place(47, 8))).isEqualTo(1_000);
        assertThat(circle.inside(new Place(47 + 500 / DEGREE, 8))).isCloseTo(500, within(0.01));
        assertThat(circle.inside(new Place(47, 8 + 2_000 / (DEGREE * Math.cos(Math.toRadians(47))))))
                .isCloseTo(-1_000, within(0.1));
        // Zurich to New York, as any map says
        assertThat(Area.distance(new Place(47.3769, 8.5417), new Place(40.7128, -74.0060)))
                .isCloseTo(6_324_000, within(10_000.0));
    }

    @Test
    void a_polygon_may_be_bent_inwards() {
        // an L: the square without its upper right quarter
        var area = new Polygon(List.of(
                new Place(0, 0),
                new Place(0, 0.02),
                new Place(0.01, 0.02),
                new Place(0.01, 0.01),
                new Place(0.02, 0.01),
                new Place(0.02, 0)));
        assertThat(area.inside(new Place(0.005, 0.005))).isCloseTo(0.005 * DEGREE, within(1.0));
        assertThat(area.inside(new Place(0.015, 0.015))).isCloseTo(-0.005 * DEGREE, within(1.0));
        assertThat(area.inside(new Place(0.015, 0.004))).isCloseTo(0.004 * DEGREE, within(1.0));
        assertThat(area.inside(new Place(-0.003, 0.005))).isCloseTo(-0.003 * DEGREE, within(1.0));
    }

    @Test
    void a_polygon_may_lie_across_the_line_where_longitudes_begin_again() {
        var fiji = new Polygon(List.of(
                new Place(-18, 179.9), new Place(-18, -179.9), new Place(-17.9, -179.9), new Place(-17.9, 179.9)));
        assertThat(fiji.inside(new Place(-17.95, 179.99))).isPositive();
        assertThat(fiji.inside(new Place(-17.95, -179.99))).isPositive();
        assertThat(fiji.inside(new Place(-17.95, 179.8))).isNegative();
        assertThat(fiji.inside(new Place(-17.95, 0))).isNegative();
    }

    /// Around a regular polygon of many corners the answer is that of the circle through them, but for the corners.
    @Test
    void a_polygon_of_many_corners_is_nearly_a_circle() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("AreaTest seed " + seed);
        var random = new Random(seed);
        var middle = new Place(random.nextDouble(-60, 60), random.nextDouble(-180, 180));
        double perLon = DEGREE * Math.cos(Math.toRadians(middle.lat()));
        var corners = java.util.stream.IntStream.range(0, 200)
                .mapToObj(i -> {
                    double angle = 2 * Math.PI * i / 200;
                    double lon = middle.lon() + 1_000 * Math.cos(angle) / perLon;
                    return new Place(middle.lat() + 1_000 * Math.sin(angle) / DEGREE, Math.IEEEremainder(lon, 360));
                })
                .toList();
        var polygon = new Polygon(corners);
        var circle = new Circle(middle, 1_000);
        for (int i = 0; i < 1_000; i++) {
            var place = new Place(
                    middle.lat() + random.nextDouble(-0.02, 0.02),
                    Math.IEEEremainder(middle.lon() + random.nextDouble(-0.02, 0.02), 360));
            assertThat(polygon.inside(place)).as("%s", place).isCloseTo(circle.inside(place), within(10.0));
        }
    }
}
