"""Words that options take, named as in the schemas of the tasks (https://huggingface.co/tasks)."""

from __future__ import annotations

from typing import Literal

from ._options import EarlyStopping, Transform, TruncationStrategy

AudioClassificationOutputTransform = Transform
AutomaticSpeechRecognitionEarlyStoppingEnum = EarlyStopping
FeatureExtractionInputTruncationDirection = Literal["left", "right"]
ImageClassificationOutputTransform = Transform
ImageSegmentationSubtask = Literal["instance", "panoptic", "semantic"]
ImageToTextEarlyStoppingEnum = EarlyStopping
Padding = Literal["do_not_pad", "longest", "max_length"]
SummarizationTruncationStrategy = TruncationStrategy
Text2TextGenerationTruncationStrategy = TruncationStrategy
TextClassificationOutputTransform = Transform
TextToAudioEarlyStoppingEnum = EarlyStopping
TextToSpeechEarlyStoppingEnum = EarlyStopping
TokenClassificationAggregationStrategy = Literal["none", "simple", "first", "average", "max"]
TranslationTruncationStrategy = TruncationStrategy
VideoClassificationOutputTransform = Transform
