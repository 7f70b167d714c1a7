//go:build race

package reliability

// repetitions is how often what is drawn by lot is drawn again. Once will do to look for data races, at a fifth of the speed.
const repetitions = 1
