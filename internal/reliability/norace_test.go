//go:build !race

package reliability

// repetitions is how often what is drawn by lot is drawn again.
const repetitions = 3
